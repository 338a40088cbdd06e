module distomon.io/e2e/bench/views

go 1.25.0
