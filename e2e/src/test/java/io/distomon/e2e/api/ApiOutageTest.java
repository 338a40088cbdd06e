package io.distomon.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.operator.RunningOperator;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What becomes of the operator while it can't reach the API server, or only seems to. */
class ApiOutageTest extends OperatorBeforeApiServer {
    /** Longer than anything that gives up; the minutes of a real outage by hand. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("distomon.outage.seconds", 60));

    /** Within this of its end all must be at work again: what tries again waits no longer than this. */
    private static final Duration BACK = Duration.ofSeconds(35);

    /** Within this a connection on which nothing comes any more must be found out. */
    private static final Duration FOUND_OUT = Duration.ofMinutes(2);

    private final ApiDoor door;
    private final RunningOperator operator;

    ApiOutageTest() {
        super("e2e-outage");
        this.door = new ApiDoor(server.url());
        this.operator = startOperator(namespace, "distomon-node:test", door.url(), network -> node -> NOBODY);
    }

    @BeforeAll
    void makeANetwork() {
        apply("lab", nodes("fra", "ams"));
        untilSaid("lab", "KeysReady", ConditionStatus.True, "AllReady");
        List.of("fra", "ams").forEach(node -> becomesReady("lab", node));
        untilSaid("lab", "Ready", ConditionStatus.True, "Ready");
        untilReason(namespace, "lab", "MirrorFresh", "Unreachable");
    }

    @AfterAll
    void stop() {
        operator.close();
        door.close();
    }

    @Test
    void anOutageOfTheApiIsToldButRestartsNothingAndAfterwardsNothingIsWrittenAnew() {
        Map<String, String> before = atRest();

        door.shut();

        await().atMost(SOON).until(() -> readiness(operator).startsWith("the watch on the API is broken"));
        await().during(OUTAGE)
                .atMost(OUTAGE.plus(SOON))
                .until(() -> liveness(operator).equals("ok\n"));
        service("lab-fra").delete();
        door.open();

        await("it mends what happened meanwhile")
                .atMost(BACK)
                .until(() -> service("lab-fra").get() != null);
        await().atMost(BACK).until(() -> readiness(operator).equals("ok\n"));
        Map<String, String> after = versions("lab");
        assertThat(without(after, "Service/lab-fra")).isEqualTo(without(before, "Service/lab-fra"));
    }

    @Test
    void watchesOnWhichNothingComesAnyMoreAreBegunAnew() {
        atRest();

        door.loseWhatIsOpen();
        service("lab-fra").delete();

        await("it mends what it was not told")
                .atMost(FOUND_OUT)
                .until(() -> service("lab-fra").get() != null);
        assertThat(liveness(operator)).isEqualTo("ok\n");
    }

    /** Waits until nothing changes any more; the version of each of the network's objects. */
    private Map<String, String> atRest() {
        return await().during(Duration.ofSeconds(7))
                .atMost(SOON.multipliedBy(2))
                .until(() -> versions("lab"), new Unchanging<>());
    }

    private ServiceResource<Service> service(String name) {
        return client.services().inNamespace(namespace).withName(name);
    }

    private static Map<String, String> without(Map<String, String> versions, String object) {
        return versions.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(object))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
