package io.distomon.node.http;

import io.distomon.node.record.FlightRecorders;
import io.distomon.node.record.Recorder;
import io.distomon.node.threads.MonitorManager;
import io.distomon.node.threads.RunningNetwork;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Answers what is asked of the flight recorder of a network, or why it can't. */
@Singleton
final class Recorded {
    private final MonitorManager monitors;
    private final FlightRecorders recorders;

    Recorded(MonitorManager monitors, FlightRecorders recorders) {
        this.monitors = monitors;
        this.recorders = recorders;
    }

    /** What somebody asks of a recorder. */
    @FunctionalInterface
    interface Question {
        Object ask(RunningNetwork network, Recorder recorder) throws Recorder.UnavailableException;
    }

    /** Likewise, where the answer is more than its body. */
    @FunctionalInterface
    interface Request {
        HttpResponse<?> answer(RunningNetwork network, Recorder recorder) throws Recorder.UnavailableException;
    }

    HttpResponse<?> answer(String networkId, Question question) {
        return respond(networkId, (network, recorder) -> HttpResponse.ok(question.ask(network, recorder)));
    }

    HttpResponse<?> respond(String networkId, Request request) {
        Optional<RunningNetwork> network = monitors.network(networkId);
        if (network.isEmpty()) {
            return Problem.unknownNetwork(networkId).response();
        }
        Optional<Recorder> recorder = recorders.of(networkId);
        if (recorder.isEmpty()) {
            return Problem.of(HttpStatus.NOT_FOUND, "this node records nothing of " + networkId)
                    .response();
        }
        if (!recorder.get().nodeId().equals(network.get().config().nodeId())) {
            return Problem.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            "the node has another name in %s now, and the flight recorder begins anew"
                                    .formatted(networkId))
                    .response();
        }
        try {
            return request.answer(network.get(), recorder.get());
        } catch (Recorder.UnavailableException e) {
            return Problem.of(HttpStatus.SERVICE_UNAVAILABLE, e.getMessage()).response();
        }
    }
}
