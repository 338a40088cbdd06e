// What the API that Kubernetes has not by itself is taken from: nothing is built of it.
module distomon.io/e2e/gateway-api

go 1.24.0

require sigs.k8s.io/gateway-api v1.4.0
