package io.distomon.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.distomon.core.crypto.Signer;
import io.distomon.core.store.Breach;
import io.distomon.core.store.Figure;
import io.distomon.core.view.LinkFault;
import io.distomon.core.view.NetworkView;
import io.distomon.core.view.NodeVerdict;
import io.distomon.core.view.Reason;
import io.distomon.core.view.StrainedLink;
import io.distomon.crds.v1alpha1.Condition;
import io.distomon.crds.v1alpha1.ConditionStatus;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.Inbound;
import io.distomon.crds.v1alpha1.LinkState;
import io.distomon.crds.v1alpha1.LinkStatus;
import io.distomon.crds.v1alpha1.NodeState;
import io.distomon.crds.v1alpha1.NodeStatus;
import io.distomon.crds.v1alpha1.Summary;
import io.distomon.operator.Networks;
import io.distomon.operator.keys.KeyReading;
import io.distomon.operator.keys.NodeKeys;
import io.distomon.operator.keys.NodeKeys.Awaited;
import io.distomon.operator.keys.NodeKeys.Why;
import io.distomon.operator.mirror.MemberReports;
import io.distomon.operator.mirror.Membership;
import io.distomon.operator.mirror.MirrorState;
import io.distomon.operator.observed.Availability;
import io.distomon.operator.observed.Sidecars;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.distomon.operator.validate.Validation;
import io.distomon.operator.validate.Validator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a status says of every situation, and what it keeps of the last one. */
class StatusMakerTest {
    private static final Instant START = Instant.parse("2026-05-01T12:00:00.700Z");
    private static final Instant LONG_AGO = Instant.parse("2026-05-01T10:00:00Z");
    private static final Instant LATER = Instant.parse("2026-05-01T13:00:00Z");
    private static final long SINCE = Instant.parse("2026-05-01T11:00:00Z").getEpochSecond() * 1_000_000 + 123_456;
    private static final String NODES = "nodes: [{id: fra}, {id: nyc}, {id: sgp}]";
    private static final String ALERTS =
            "\nalerts: {receivers: [{name: pager, type: Webhook, urlSecretRef: {name: pager}}]}";
    private static final Map<String, NodeKeys> KEYS = Networks.keys(Networks.network(NODES));
    private static final KeyReading.Held NEXT = new KeyReading.Held(
            "fra", 2, "lab-fra-key-2", Signer.generate("fra", Networks.RANDOM).verifier());
    private static final Set<String> ALL = Set.of("fra", "nyc", "sgp");
    private static final NetworkView HEALTHY = view(online("fra"), online("nyc"), online("sgp"));

    @Test
    void aHealthyNetworkIsAllTrue() {
        DistomonNetworkStatus status = StatusMaker.of(situation().input());

        assertThat(status.conditions())
                .extracting(Condition::type)
                .containsExactly("Accepted", "KeysReady", "NodesAvailable", "MirrorFresh", "MeshHealthy", "Ready");
        assertThat(words(status))
                .containsExactly(
                        "Accepted True Valid: the spec is valid",
                        "KeysReady True AllReady: 3 managed nodes with a key",
                        "NodesAvailable True AllAvailable: 3 of 3 managed nodes available",
                        "MirrorFresh True Asked: the nodes were asked a short while ago",
                        "MeshHealthy True AllOnline: 3 of 3 nodes are online",
                        "Ready True Ready: every node that runs here has its key and is available");
        assertThat(status.conditions())
                .extracting(Condition::lastTransitionTime)
                .containsOnly(Instant.parse("2026-05-01T12:00:00Z"));
        assertThat(status.conditions())
                .extracting(Condition::observedGeneration)
                .containsOnly(7L);
        assertThat(status.observedGeneration()).isEqualTo(7);
        assertThat(status.networkId()).isEqualTo("lab");
        assertThat(status.summary()).isEqualTo(new Summary(3, 3, 3, 3, "3/3", 0));
        assertThat(status.links()).isEmpty();
        assertThat(status.partitions()).isEmpty();
    }

    @Test
    void aNodeIsShownWithItsKeysAndWhatTheOthersSee() {
        KeyReading.Held key = Networks.at(KEYS, "fra").signing();
        DistomonNetworkStatus status =
                StatusMaker.of(situation().mirror(fresh(HEALTHY)).input());

        assertThat(status.nodes()).extracting(NodeStatus::id).containsExactly("fra", "nyc", "sgp");
        assertThat(status.nodes().getFirst())
                .isEqualTo(new NodeStatus(
                        "fra",
                        NodeState.Online,
                        Instant.parse("2026-05-01T11:00:00Z"),
                        new Inbound(2, 0),
                        null,
                        List.of(key.publicKey().pem()),
                        key.publicKey().fingerprint(),
                        1,
                        null,
                        "1.0"));
    }

    @Test
    void aNodeThatChangesItsKeyIsShownWithBothAndWithTheOneThatSigns() {
        KeyReading.Held old = Networks.at(KEYS, "fra").signing();

        DistomonNetworkStatus announced =
                StatusMaker.of(situation().keys(changing()).input());
        DistomonNetworkStatus restarting =
                StatusMaker.of(situation().keys(restarting()).input());

        assertThat(announced.nodes().getFirst()).satisfies(node -> {
            assertThat(node.publicKeys())
                    .containsExactly(old.publicKey().pem(), NEXT.publicKey().pem());
            assertThat(node.keyFingerprint()).isEqualTo(old.publicKey().fingerprint());
            assertThat(node.keyGeneration()).isEqualTo(1);
        });
        assertThat(restarting.nodes().getFirst()).satisfies(node -> {
            assertThat(node.publicKeys()).hasSize(2);
            assertThat(node.keyFingerprint()).isEqualTo(NEXT.publicKey().fingerprint());
            assertThat(node.keyGeneration()).isEqualTo(2);
        });
    }

    @Test
    void sidecarsAreCountedBesideManagedNodes() {
        DistomonNetworkStatus status =
                StatusMaker.of(withSidecar(new Sidecars(Set.of("sgp"), Map.of(), Set.of(), LONG_AGO))
                        .input());

        assertThat(words(status))
                .contains(
                        "KeysReady True AllReady: 2 managed nodes and 1 sidecar with a key",
                        "NodesAvailable True AllAvailable: 2 of 2 managed nodes available, 1 of 1 sidecar running",
                        "Ready True Ready: every node that runs here has its key and is available");
        assertThat(status.summary()).isEqualTo(new Summary(3, 2, 2, 3, "3/3", 0));
        assertThat(status.nodes().getLast().publicKeys()).hasSize(1);
    }

    @Test
    void twoPodsWithOneIdentityAreAFaultThatNamesThem() {
        Sidecars two = new Sidecars(
                Set.of(),
                Map.of("sgp", new Sidecars.Wanting(Sidecars.Cause.SidecarReplicas, "pods a, b carry it")),
                Set.of(),
                null);

        assertThat(words(StatusMaker.of(withSidecar(two).input())))
                .contains(
                        "NodesAvailable False SidecarReplicas: 2 of 2 managed nodes available, 0 of 1 sidecar running;"
                                + " sgp: pods a, b carry it",
                        "Ready False SidecarReplicas: 2 of 2 managed nodes available, 0 of 1 sidecar running; sgp: pods a,"
                                + " b carry it");
        assertThat(stalled(withSidecar(two))).contains("SidecarReplicas");
    }

    @Test
    void aSidecarOnItsWayIsNoFaultUnlessAManagedNodeHasOne() {
        Sidecars starting = new Sidecars(
                Set.of(), Map.of("sgp", new Sidecars.Wanting(null, "its pod is ending")), Set.of("sgp"), null);

        assertThat(words(StatusMaker.of(withSidecar(starting).input())))
                .contains(
                        "NodesAvailable Unknown Starting: 2 of 2 managed nodes available, 0 of 1 sidecar running; sgp:"
                                + " its pod is ending");
        assertThat(words(StatusMaker.of(withSidecar(starting)
                        .availability(new Availability(
                                        Set.of("fra"), Set.of("fra"), Set.of(), Map.of("nyc", "no image"), LONG_AGO)
                                .with(starting))
                        .input())))
                .contains(
                        "NodesAvailable False NodesUnavailable: 1 of 2 managed nodes available, 0 of 1 sidecar running;"
                                + " nyc: no image; sgp: its pod is ending");
    }

    @Test
    void aPodOfOthersWithTheLabelsOfAManagedNodeIsAFault() {
        Sidecars foreign = new Sidecars(
                Set.of(),
                Map.of("fra", new Sidecars.Wanting(Sidecars.Cause.ForeignPods, "pod a has its labels")),
                Set.of(),
                null);

        assertThat(words(StatusMaker.of(situation()
                        .availability(new Availability(ALL, ALL, Set.of(), Map.of(), LONG_AGO).with(foreign))
                        .input())))
                .contains(
                        "NodesAvailable False ForeignPods: 2 of 3 managed nodes available; fra: pod a has its labels");
    }

    @Test
    void aSidecarTakesUpAnotherKeyWithoutARestart() {
        KeyReading.Held old = Networks.at(KEYS, "sgp").signing();
        KeyReading.Held next = new KeyReading.Held("sgp", 2, "lab-sgp-key-2", NEXT.publicKey());
        Map<String, NodeKeys> keys = new LinkedHashMap<>(KEYS);
        keys.put("sgp", new NodeKeys("sgp", next, List.of(old, next), List.of(), List.of()));

        assertThat(words(StatusMaker.of(withSidecar(new Sidecars(Set.of("sgp"), Map.of(), Set.of(), LONG_AGO))
                        .keys(keys)
                        .input())))
                .contains(
                        "KeysReady True Rotating: sgp takes up key 2, and key 1 is kept until it has reported with that");
    }

    /** Two nodes of the operator's and the sidecar sgp. */
    private static Situation withSidecar(Sidecars sidecars) {
        return situation()
                .spec("nodes: [{id: fra}, {id: nyc}, {id: sgp, type: Sidecar}]")
                .availability(new Availability(Set.of("fra", "nyc"), Set.of("fra", "nyc"), Set.of(), Map.of(), LONG_AGO)
                        .with(sidecars));
    }

    private static Map<String, NodeKeys> changing(Awaited... awaited) {
        return changing(Networks.at(KEYS, "fra").signing(), awaited);
    }

    private static Map<String, NodeKeys> restarting() {
        return changing(NEXT);
    }

    private static Map<String, NodeKeys> changing(KeyReading.Held signing, Awaited... awaited) {
        Map<String, NodeKeys> keys = new LinkedHashMap<>(KEYS);
        KeyReading.Held old = Networks.at(KEYS, "fra").signing();
        keys.put("fra", new NodeKeys("fra", signing, List.of(old, NEXT), List.of(), List.of(awaited)));
        return keys;
    }

    record Case(String what, Situation situation, String expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a refused spec names every field",
                        situation().spec("nodes: [{id: Fra}, {id: b, publicKeys: [x]}]"),
                        "Accepted False InvalidSpec: spec.nodes[0].id: \"Fra\" is no id for a Managed node, whose"
                                + " Service is named after it: at most 20 characters of a-z 0-9 -, the"
                                + " first and the last of them a letter or a digit; spec.nodes[1].publicKeys:"
                                + " publicKeys is only for External nodes, the operator publishes the key of \"b\""),
                new Case(
                        "a paused network is accepted",
                        situation().spec(NODES + "\npaused: true"),
                        "Accepted True Paused: the spec is valid; while it is paused, what runs stays as it is"),
                new Case(
                        "a foreign child is a collision",
                        situation().obstacle(Obstacle.Reason.NameCollision, "Service lab-fra is not ours"),
                        "Accepted False NameCollision: Service lab-fra is not ours"),
                new Case(
                        "a foreign key is a mismatch",
                        situation()
                                .obstacle(
                                        Obstacle.Reason.KeyMismatch, "Secret lab-fra-key-1 is not the key of node fra"),
                        "Ready False KeyMismatch: Secret lab-fra-key-1 is not the key of node fra"),
                new Case(
                        "a key that two nodes have is told with both of them",
                        situation()
                                .obstacle(
                                        Obstacle.Reason.SharedKey,
                                        "The nodes fra and copy have one key (abc), expected a key of its own for each"),
                        "Accepted False SharedKey: The nodes fra and copy have one key (abc), expected a key of its own for"
                                + " each"),
                new Case(
                        "a lost key is missing",
                        situation().obstacle(Obstacle.Reason.KeyMissing, "Secret lab-fra-key-1 is gone"),
                        "KeysReady False KeyMissing: Secret lab-fra-key-1 is gone"),
                new Case(
                        "a Secret that the spec refers to and is not there is missing, though its copy is used",
                        situation()
                                .obstacle(Obstacle.Reason.SecretMissing, "keySecretRef of node fra: found no Secret"),
                        "KeysReady False SecretMissing: keySecretRef of node fra: found no Secret"),
                new Case(
                        "whoever is told of alerts is counted, with who tells",
                        situation().spec(NODES + ALERTS),
                        "AlertsReady True AllReady: 1 receiver, told by the first at work of fra, nyc, sgp"),
                new Case(
                        "a receiver without its Secret keeps nobody from being ready",
                        situation()
                                .spec(NODES + ALERTS)
                                .obstacle(Obstacle.Reason.ReceiverSecretMissing, "of receiver pager: found no Secret"),
                        "Ready True Ready: every node that runs here has its key and is available"),
                new Case(
                        "a receiver whose Secret is unfit is named",
                        situation()
                                .spec(NODES + ALERTS)
                                .obstacle(
                                        Obstacle.Reason.ReceiverSecretUnusable,
                                        "of receiver pager: found a text that doesn't fit"),
                        "AlertsReady False ReceiverSecretUnusable: of receiver pager: found a text that doesn't fit"),
                new Case(
                        "beside such a receiver a change of keys is told as ever",
                        situation()
                                .spec(NODES + ALERTS)
                                .obstacle(Obstacle.Reason.ReceiverSecretUnusable, "of receiver pager: found nothing")
                                .keys(restarting()),
                        "KeysReady True Rotating: fra restarts with key 2, and key 1 is kept until it has reported with"
                                + " that"),
                new Case(
                        "files that don't fit are refused",
                        situation().obstacle(Obstacle.Reason.ConfigTooLarge, "the files of all nodes would have 2 MB"),
                        "Accepted False ConfigTooLarge: the files of all nodes would have 2 MB"),
                new Case(
                        "a key that is not made yet is pending",
                        situation().keys(Map.of("nyc", Networks.at(KEYS, "nyc"))),
                        "KeysReady False KeysPending: no key yet for fra, sgp"),
                new Case(
                        "a node that changes its key is ready, and says who is waited for",
                        situation()
                                .keys(changing(
                                        new Awaited("nyc", Why.OTHER_CONFIG), new Awaited("sgp", Why.OTHER_CONFIG))),
                        "KeysReady True Rotating: fra changes from key 1 to key 2 when all others have it: not yet nyc,"
                                + " sgp"),
                new Case(
                        "for those who can't be made to, there is a way on",
                        situation()
                                .spec("nodes: [{id: fra}, {id: nyc}, %s]".formatted(Networks.external("sgp")))
                                .keys(changing(new Awaited("nyc", Why.SILENT), new Awaited("sgp", Why.OTHER_CONFIG))),
                        "KeysReady True Rotating: fra changes from key 1 to key 2 when all others have it: not yet sgp"
                                + " (External); nothing is heard of nyc; deleting Secret lab-fra-key-1 goes on without"
                                + " them"),
                new Case(
                        "a node that restarts with its new key says so",
                        situation().keys(restarting()),
                        "KeysReady True Rotating: fra restarts with key 2, and key 1 is kept until it has reported with"
                                + " that"),
                new Case(
                        "Ready says what it lacks",
                        situation().keys(Map.of("nyc", Networks.at(KEYS, "nyc"))),
                        "Ready False KeysPending: no key yet for fra, sgp"),
                new Case(
                        "a pod that does not start is named with its reason",
                        situation().available(Set.of("nyc")).unavailable("fra", "the image can't be pulled"),
                        "NodesAvailable False NodesUnavailable: 1 of 3 managed nodes available; fra: the image can't be"
                                + " pulled; sgp is not available"),
                new Case(
                        "before the first round nothing is known",
                        situation().mirror(new MirrorState.NotYet()),
                        "MirrorFresh Unknown NotAskedYet: no node was asked since the operator started"),
                new Case(
                        "a mirror that nobody answers is not fresh",
                        situation().mirror(new MirrorState.Unreachable(START, "fra: no connection", null)),
                        "MirrorFresh False Unreachable: no node has answered since 2026-05-01T12:00:00Z: fra: no"
                                + " connection"),
                new Case(
                        "without a mirror nobody knows the mesh",
                        situation().mirror(new MirrorState.Unreachable(START, "fra: no connection", null)),
                        "MeshHealthy Unknown MirrorNotFresh: what the nodes see is not known, since none of them"
                                + " answers"),
                new Case(
                        "an outage is told with its witnesses and its time",
                        situation().mirror(fresh(view(online("fra"), offline("nyc", false), online("sgp")))),
                        "MeshHealthy False NodesOffline: nyc is offline: 2 of 2 observers say so since"
                                + " 2026-05-01T11:00:00Z"),
                new Case(
                        "a key that two processes sign with is told before all else",
                        situation()
                                .mirror(new MirrorState.Fresh(
                                        view(online("fra"), offline("nyc", false), online("sgp")),
                                        Map.of(),
                                        new MemberReports(
                                                Map.of(),
                                                Map.of(),
                                                Map.of(),
                                                Map.of(
                                                        "sgp", MemberReports.Misuse.TWO_ENTRIES,
                                                        "fra", MemberReports.Misuse.TWO_PROCESSES)))),
                        "MeshHealthy False KeyMisused: two processes sign as fra: stop one, or give each a key of its own;"
                                + " sgp has signed two different entries of one date: its word can't be relied on; nyc is"
                                + " offline: 2 of 2 observers say so since 2026-05-01T11:00:00Z"),
                new Case(
                        "an outage does not take Ready away",
                        situation().mirror(fresh(view(online("fra"), offline("nyc", false), online("sgp")))),
                        "Ready True Ready: every node that runs here has its key and is available"),
                new Case(
                        "who said farewell is no fault",
                        situation().mirror(fresh(view(online("fra"), offline("nyc", true), online("sgp")))),
                        "MeshHealthy True StoppedOnPurpose: 2 of 3 nodes are online; nyc was stopped on purpose since"
                                + " 2026-05-01T11:00:00Z"),
                new Case(
                        "a silent node is told from a dead one",
                        situation()
                                .mirror(fresh(view(
                                        online("fra"),
                                        verdict("nyc", io.distomon.core.view.NodeState.DEGRADED, Reason.SILENT),
                                        online("sgp")))),
                        "MeshHealthy False NodesDegraded: nyc does not report since 2026-05-01T11:00:00Z, though 2 of 2"
                                + " reach it"),
                new Case(
                        "a node that is cut off is not taken for a witness",
                        situation()
                                .mirror(fresh(view(
                                        online("fra"),
                                        verdict("nyc", io.distomon.core.view.NodeState.DEGRADED, Reason.ISOLATED),
                                        online("sgp")))),
                        "MeshHealthy False NodesDegraded: nyc reaches nobody since 2026-05-01T11:00:00Z, and nobody who"
                                + " reports reaches it"),
                new Case(
                        "a node whose way out is broken is told from one whose way in is",
                        situation()
                                .mirror(fresh(view(
                                        online("fra"),
                                        verdict("nyc", io.distomon.core.view.NodeState.DEGRADED, Reason.OUTBOUND),
                                        verdict("sgp", io.distomon.core.view.NodeState.DEGRADED, Reason.INBOUND)))),
                        "MeshHealthy False NodesDegraded: nyc gets no answer from most of those whom others reach since"
                                + " 2026-05-01T11:00:00Z: the fault is on its side; sgp reports, but 0 of 2 get no"
                                + " answer from it since 2026-05-01T11:00:00Z: its way in is broken"),
                new Case(
                        "a slow node is told with how many say so",
                        situation()
                                .mirror(fresh(view(
                                        online("fra"),
                                        verdict("nyc", io.distomon.core.view.NodeState.DEGRADED, Reason.SLOW),
                                        online("sgp")))),
                        "MeshHealthy False NodesDegraded: nyc is slow: 2 of 2 say so since 2026-05-01T11:00:00Z"),
                new Case(
                        "a single lossy link is told and is no fault",
                        situation().mirror(fresh(lossy(HEALTHY, "fra", "nyc"))),
                        "MeshHealthy True AllOnline: 3 of 3 nodes are online; fra finds nyc lossy since"
                                + " 2026-05-01T11:00:00Z"),
                new Case(
                        "a link that fails this very moment is no fault yet",
                        situation().mirror(fresh(with(HEALTHY, List.of(passing("fra", "nyc")), List.of(), List.of()))),
                        "MeshHealthy True AllOnline: 3 of 3 nodes are online; perhaps only for a moment, fra does not"
                                + " reach nyc since 2026-05-01T11:00:00Z (timeout)"),
                new Case(
                        "beside a link that is broken for good it is not worth a word",
                        situation()
                                .mirror(fresh(with(
                                        HEALTHY,
                                        List.of(passing("fra", "nyc"), link("sgp", "nyc", false, null)),
                                        List.of(),
                                        List.of()))),
                        "MeshHealthy False LinksDown: sgp does not reach nyc since 2026-05-01T11:00:00Z"),
                new Case(
                        "a broken link is told with its direction",
                        situation()
                                .mirror(fresh(with(
                                        HEALTHY,
                                        List.of(link("fra", "nyc", true, "timeout"), link("sgp", "nyc", false, null)),
                                        List.of(),
                                        List.of()))),
                        "MeshHealthy False LinksDown: fra does not reach nyc since 2026-05-01T11:00:00Z (timeout),"
                                + " though the other way works; sgp does not reach nyc since 2026-05-01T11:00:00Z"),
                new Case(
                        "a division is told first",
                        situation()
                                .mirror(fresh(with(
                                        HEALTHY,
                                        List.of(link("fra", "nyc", false, "timeout")),
                                        List.of(),
                                        List.of(List.of("fra", "sgp"), List.of("nyc"))))),
                        "MeshHealthy False Partitioned: the network is divided into (fra, sgp); (nyc); fra does not"
                                + " reach nyc since 2026-05-01T11:00:00Z (timeout)"),
                new Case(
                        "a config on its way is no alarm",
                        situation()
                                .mirror(fresh(with(
                                        HEALTHY,
                                        List.of(),
                                        List.of(link("nyc", "fra", false, "unauthenticated")),
                                        List.of()))),
                        "MeshHealthy Unknown Settling: a changed config has not reached every node yet: fra refuses"
                                + " nyc"),
                new Case(
                        "a node of which the mirror does not know yet is unknown",
                        situation().mirror(fresh(view(online("fra"), online("nyc")))),
                        "MeshHealthy Unknown NodesUnknown: sgp is unknown: it does not report, and nobody who does has"
                                + " polled it"),
                new Case(
                        "a network of others' nodes has nobody to ask",
                        situation().spec("nodes: [%s]".formatted(Networks.external("Nyc"))),
                        "MeshHealthy Unknown NoManagedNodes: no node runs here that could be asked"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everySituationHasItsWords(Case one) {
        assertThat(words(StatusMaker.of(one.situation().input()))).contains(one.expected());
    }

    /** Whatever the situation: the same again, an hour later, is the same status. */
    @ParameterizedTest
    @MethodSource("cases")
    void nothingChangesWhenNothingChanged(Case one) {
        DistomonNetworkStatus status = StatusMaker.of(one.situation().input());

        assertThat(StatusMaker.of(one.situation()
                        .before(status)
                        .at(START.plus(StatusMaker.HEARTBEAT).minusSeconds(1))
                        .input()))
                .isEqualTo(status);
    }

    @Test
    void aConditionThatChangesOnlyItsWordsKeepsItsTime() {
        DistomonNetworkStatus before =
                StatusMaker.of(situation().available(Set.of("fra")).input());
        DistomonNetworkStatus after = StatusMaker.of(situation()
                .available(Set.of("fra", "nyc"))
                .before(before)
                .at(LATER)
                .input());

        assertThat(condition(after, "NodesAvailable").message())
                .isNotEqualTo(condition(before, "NodesAvailable").message());
        assertThat(condition(after, "NodesAvailable").lastTransitionTime())
                .isEqualTo(Instant.parse("2026-05-01T12:00:00Z"));
    }

    @Test
    void aConditionThatTurnsHasTheTimeOfItsTurning() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());
        DistomonNetworkStatus after = StatusMaker.of(
                situation().available(Set.of("fra")).before(before).at(LATER).input());

        assertThat(condition(after, "NodesAvailable").lastTransitionTime()).isEqualTo(LATER);
        assertThat(condition(after, "Ready").lastTransitionTime()).isEqualTo(LATER);
        assertThat(condition(after, "Accepted").lastTransitionTime()).isEqualTo(Instant.parse("2026-05-01T12:00:00Z"));
    }

    @Test
    void anOperatorThatHasJustStartedShowsNothingAsSeenThatItHasNotSeen() {
        DistomonNetworkStatus before = StatusMaker.of(situation()
                .mirror(fresh(view(online("fra"), offline("nyc", false), online("sgp"))))
                .input());

        DistomonNetworkStatus started = StatusMaker.of(situation()
                .mirror(new MirrorState.NotYet())
                .before(before)
                .at(LATER)
                .input());
        DistomonNetworkStatus blind = StatusMaker.of(situation()
                .mirror(new MirrorState.None())
                .before(before)
                .at(LATER)
                .input());

        for (String type : List.of("MirrorFresh", "MeshHealthy")) {
            assertThat(condition(started, type).status().name()).isEqualTo("Unknown");
            assertThat(condition(blind, type).status().name()).isEqualTo("Unknown");
        }
        // The first round ends within seconds, and until then nothing flickers.
        assertThat(started.nodes()).isEqualTo(before.nodes());
        assertThat(blind.nodes()).extracting(NodeStatus::state).containsOnly(NodeState.Unknown);
        assertThat(blind.nodes())
                .extracting(NodeStatus::publicKeys)
                .isEqualTo(before.nodes().stream().map(NodeStatus::publicKeys).toList());
        assertThat(Objects.requireNonNull(blind.summary()).onlineOfNodes()).isEqualTo("0/3");
    }

    @Test
    void theTimeOfTheLastAnswerIsWrittenWithWhatIsNewOrEveryTenMinutes() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());
        Instant start = Objects.requireNonNull(before.mirroredAt());
        assertThat(start).isEqualTo(Instant.parse("2026-05-01T12:00:00Z"));

        assertThat(StatusMaker.of(
                        situation().before(before).at(start.plusSeconds(599)).input()))
                .isEqualTo(before);
        assertThat(StatusMaker.of(situation()
                                .before(before)
                                .at(start.plusSeconds(600))
                                .input())
                        .mirroredAt())
                .isEqualTo(start.plusSeconds(600));
        assertThat(StatusMaker.of(situation()
                                .available(Set.of("fra"))
                                .before(before)
                                .at(start.plusSeconds(5))
                                .input())
                        .mirroredAt())
                .isEqualTo(start.plusSeconds(5));
        for (MirrorState nothing : List.of(
                new MirrorState.NotYet(), new MirrorState.None(), new MirrorState.Unreachable(LATER, "no", null))) {
            assertThat(StatusMaker.of(situation()
                                    .mirror(nothing)
                                    .before(before)
                                    .at(LATER)
                                    .input())
                            .mirroredAt())
                    .isEqualTo(start);
        }
    }

    @Test
    void aRolloutIsNotOverBeforeTheLastNodeRunsWhatTheSpecSays() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .availability(new Availability(
                        ALL, Set.of("nyc", "sgp"), Set.of("fra"), Map.of("fra", "ContainerCreating"), LONG_AGO))
                .progress(new RolloutProgress(Set.of("sgp", "nyc"), Set.of("fra"), Set.of()))
                .input());

        assertThat(words(status))
                .contains(
                        "NodesAvailable Unknown RollingOut: 2 of 3 managed nodes available; nyc, sgp: not restarted with"
                                + " the current spec yet, waiting for fra; fra: ContainerCreating");
        assertThat(condition(status, "Ready").status().name()).isEqualTo("Unknown");
        assertThat(condition(
                                StatusMaker.of(situation()
                                        .progress(new RolloutProgress(Set.of("sgp"), Set.of("fra"), Set.of()))
                                        .input()),
                                "Ready")
                        .reason())
                .isEqualTo("RollingOut");
    }

    @Test
    void whatComesUpIsNotCalledBroken() {
        Availability none = new Availability(Set.of(), Set.of(), ALL, Map.of("fra", "ContainerCreating"), null);
        MirrorState nobody = new MirrorState.Unreachable(START, "fra: no connection", null);

        DistomonNetworkStatus starting =
                StatusMaker.of(situation().availability(none).mirror(nobody).input());
        assertThat(starting.conditions())
                .noneMatch(condition -> condition.status().name().equals("False"));
        assertThat(words(starting))
                .contains(
                        "NodesAvailable Unknown Starting: 0 of 3 managed nodes available; fra: ContainerCreating; nyc is"
                                + " not available; sgp is not available",
                        "MirrorFresh Unknown Starting: no node answers yet: none has been up for long",
                        "Ready Unknown Starting: 0 of 3 managed nodes available; fra: ContainerCreating; nyc is not"
                                + " available; sgp is not available");

        Availability first = new Availability(Set.of("fra"), Set.of("fra"), Set.of("nyc", "sgp"), Map.of(), START);
        Situation up = situation().availability(first).mirror(nobody);
        assertThat(condition(StatusMaker.of(up.at(START.plusSeconds(20)).input()), "MirrorFresh")
                        .status()
                        .name())
                .isEqualTo("Unknown");
        assertThat(condition(StatusMaker.of(up.at(START.plusSeconds(40)).input()), "MirrorFresh")
                        .status()
                        .name())
                .isEqualTo("False");

        Availability broken =
                new Availability(Set.of(), Set.of(), Set.of("nyc", "sgp"), Map.of("fra", "ImagePullBackOff: no"), null);
        DistomonNetworkStatus failing =
                StatusMaker.of(situation().availability(broken).mirror(nobody).input());
        assertThat(condition(failing, "NodesAvailable").reason()).isEqualTo("NodesUnavailable");
        assertThat(condition(failing, "MirrorFresh").reason()).isEqualTo("Unreachable");
    }

    @Test
    void whoIsNotWaitedForAnyMoreIsNamed() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .available(Set.of("nyc", "sgp"))
                .progress(new RolloutProgress(Set.of(), Set.of(), Set.of("fra")))
                .input());

        assertThat(condition(status, "NodesAvailable").message())
                .isEqualTo("2 of 3 managed nodes available; fra is not available (for so long that the others don't"
                        + " wait for it)");
    }

    @Test
    void stalledIsThereOnlyWhileSomebodyHasToDoSomething() {
        Situation without = situation().available(Set.of("nyc", "sgp"));
        RolloutProgress passedOver = new RolloutProgress(Set.of(), Set.of(), Set.of("fra"));

        assertThat(stalled(situation().spec("nodes: [{id: Fra}]"))).contains("InvalidSpec");
        assertThat(stalled(situation().obstacle(Obstacle.Reason.NameCollision, "Service lab-fra is not ours")))
                .contains("NameCollision");
        assertThat(stalled(situation().obstacle(Obstacle.Reason.KeyMissing, "Secret lab-fra-key-1 is gone")))
                .contains("KeyMissing");
        assertThat(stalled(situation().obstacle(Obstacle.Reason.SecretUnusable, "found no usable key")))
                .contains("SecretUnusable");
        assertThat(stalled(without.progress(passedOver))).contains("NodesUnavailable");

        assertThat(stalled(situation())).isEmpty();
        assertThat(stalled(without)).isEmpty();
        assertThat(stalled(situation().obstacle(Obstacle.Reason.ApiError, "it answers 503")))
                .isEmpty();
        assertThat(stalled(situation().obstacle(Obstacle.Reason.SecretMissing, "found no Secret")))
                .as("it may come by itself")
                .isEmpty();
        for (Obstacle.Reason reason :
                List.of(Obstacle.Reason.ReceiverSecretMissing, Obstacle.Reason.ReceiverSecretUnusable)) {
            assertThat(stalled(situation().spec(NODES + ALERTS).obstacle(reason, "of receiver pager")))
                    .as("what was asked for runs")
                    .isEmpty();
        }
        assertThat(stalled(situation().mirror(fresh(view(online("fra"), offline("nyc", false), online("sgp"))))))
                .as("an outage that the nodes see is what they are for")
                .isEmpty();
    }

    private static Optional<String> stalled(Situation situation) {
        return StatusMaker.of(situation.input()).conditions().stream()
                .filter(condition -> condition.type().equals(ConditionTypes.STALLED))
                .peek(condition -> assertThat(condition.status()).isEqualTo(ConditionStatus.True))
                .map(Condition::reason)
                .findFirst();
    }

    @Test
    void aNodeThatWasAddedWhileNothingMayBeChangedIsNotPendingForEver() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .spec("paused: true\n" + NODES)
                .keys(Map.of("fra", Networks.at(KEYS, "fra")))
                .input());

        assertThat(words(status))
                .contains("KeysReady False Paused: no key yet for nyc, sgp: none is made while the network is paused");
    }

    @Test
    void aRefusedChangeOfWhatNobodyKnowsShowsNothingAsSeen() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());
        DistomonNetworkStatus after = StatusMaker.of(situation()
                .spec("nodes: [{id: Fra}]")
                .generation(8)
                .before(before)
                .at(LATER)
                .input());

        assertThat(after.networkId()).isEqualTo("lab");
        assertThat(after.summary()).isNull();
        assertThat(after.nodes()).extracting(NodeStatus::state).containsOnly(NodeState.Unknown);
        assertThat(after.nodes().getFirst().publicKeys())
                .isEqualTo(before.nodes().getFirst().publicKeys());
        assertThat(condition(after, "MeshHealthy").status().name()).isEqualTo("Unknown");
        assertThat(condition(after, "Ready").reason()).isEqualTo("InvalidSpec");
        assertThat(after.observedGeneration()).isEqualTo(8);
    }

    @Test
    void whatRunsIsFollowedWhileAChangeIsRefused() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());
        DistomonNetworkStatus after = StatusMaker.of(situation()
                .spec("nodes: [{id: Fra}]")
                .running(Networks.network(NODES))
                .mirror(fresh(view(online("fra"), offline("nyc", false), online("sgp"))))
                .before(before)
                .at(LATER)
                .input());

        assertThat(condition(after, "Accepted").reason()).isEqualTo("InvalidSpec");
        assertThat(condition(after, "MeshHealthy").reason()).isEqualTo("NodesOffline");
        assertThat(condition(after, "Ready").reason()).isEqualTo("InvalidSpec");
        assertThat(after.summary()).isEqualTo(new Summary(3, 3, 3, 2, "2/3", 0));
    }

    /** The operator takes a node that has a public key here for one whose key must not be made anew. */
    @Test
    void aNodeWhoseKeyIsGoneKeepsThePublicKeyThatTheOthersKnow() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());
        DistomonNetworkStatus after = StatusMaker.of(situation()
                .keys(Map.of())
                .obstacle(Obstacle.Reason.KeyMissing, "Secret lab-fra-key-1 is gone")
                .before(before)
                .input());

        assertThat(after.nodes()).isEqualTo(before.nodes());
    }

    @Test
    void keysThatNobodyHasReadAreNotCalledMissing() {
        Situation telling = situation().spec(NODES + ALERTS);
        DistomonNetworkStatus before = StatusMaker.of(
                telling.obstacle(Obstacle.Reason.ReceiverSecretMissing, "of receiver pager: found no Secret")
                        .input());
        Situation unread = telling.keys(Map.of()).before(before).at(LATER);

        for (Situation one : List.of(
                unread.obstacle(Obstacle.Reason.ApiError, "it answers 503"),
                unread.spec("nodes: [{id: Fra}]").running(Networks.network(NODES + ALERTS)),
                unread.spec("nodes: [{id: Fra}]").running(Networks.network(NODES)))) {
            DistomonNetworkStatus after = StatusMaker.of(one.input());

            assertThat(condition(after, "KeysReady")).isEqualTo(condition(before, "KeysReady"));
            assertThat(condition(after, "AlertsReady")).isEqualTo(condition(before, "AlertsReady"));
            assertThat(condition(after, "Accepted").status().name()).isEqualTo("False");
            assertThat(after.nodes()).isEqualTo(before.nodes());
        }
    }

    @Test
    void aSpecThatWasNeverAcceptedSaysOnlyThat() {
        DistomonNetworkStatus status =
                StatusMaker.of(situation().spec("nodes: [{id: Fra}]").input());

        assertThat(status.networkId()).isNull();
        assertThat(status.summary()).isNull();
        assertThat(status.conditions()).hasSize(7);
        assertThat(words(status))
                .contains("KeysReady Unknown NotAccepted: it is not known what runs: the spec was never accepted");
    }

    @Test
    void nodesThatNobodyHearsAnyMoreAreUnknownAndAgeInWhatIsHeld() {
        DistomonNetworkStatus before = StatusMaker.of(situation().input());

        DistomonNetworkStatus forgotten = StatusMaker.of(situation()
                .mirror(new MirrorState.Unreachable(START, "fra: no connection", null))
                .before(before)
                .input());
        DistomonNetworkStatus held = StatusMaker.of(situation()
                .mirror(new MirrorState.Unreachable(START, "fra: no connection", HEALTHY))
                .before(before)
                .input());

        assertThat(forgotten.nodes()).extracting(NodeStatus::state).containsOnly(NodeState.Unknown);
        assertThat(forgotten.summary()).isEqualTo(new Summary(3, 3, 3, 0, "0/3", 0));
        assertThat(held.nodes()).isEqualTo(before.nodes());
    }

    @Test
    void whatTheMirrorStillSaysOfARemovedNodeIsLeftOut() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .spec("nodes: [{id: fra}, {id: nyc}]")
                .mirror(fresh(with(
                        HEALTHY,
                        List.of(link("fra", "sgp", false, "timeout"), link("sgp", "nyc", false, null)),
                        List.of(),
                        List.of(List.of("fra", "nyc"), List.of("sgp")))))
                .input());

        assertThat(status.nodes()).extracting(NodeStatus::id).containsExactly("fra", "nyc");
        assertThat(status.nodes()).extracting(NodeStatus::brokenLinks).containsOnlyNulls();
        assertThat(status.links()).isEmpty();
        assertThat(status.partitions()).isEmpty();
        assertThat(condition(status, "MeshHealthy").reason()).isEqualTo("AllOnline");
    }

    @Test
    void aHundredLinksAreListedDownBeforeRefusedAndAllAreCounted() {
        Network large = Networks.network("nodes: [%s]"
                .formatted(
                        IntStream.range(0, 13).mapToObj(i -> "{id: n" + i + "}").collect(Collectors.joining(", "))));
        List<LinkFault> faults = new ArrayList<>();
        for (NetworkNode from : large.nodes()) {
            for (NetworkNode to : large.nodes()) {
                if (!from.equals(to)) {
                    faults.add(link(from.id(), to.id(), false, from.id().equals("n0") ? "unauthenticated" : "connect"));
                }
            }
        }
        NetworkView view = new NetworkView(
                "lab",
                large.nodes().stream().map(node -> online(node.id())).toList(),
                faults,
                List.of(),
                large.nodes().stream().map(node -> List.of(node.id())).toList(),
                false,
                0);
        DistomonNetworkStatus status =
                StatusMaker.of(situation().network(large).mirror(fresh(view)).input());

        assertThat(faults).hasSize(156);
        assertThat(status.links()).hasSize(100).allMatch(link -> link.state() == LinkState.Down);
        assertThat(Objects.requireNonNull(status.summary()).linksDown()).isEqualTo(156);
        assertThat(status.nodes()).extracting(NodeStatus::brokenLinks).containsOnly(24);
        assertThat(status.partitions()).hasSize(13);
        assertThat(condition(status, "MeshHealthy").message())
                .contains("and 147 more")
                .hasSizeLessThan(4096);
    }

    @Test
    void aLinkThatFailsThisVeryMomentIsNotListedYet() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .mirror(fresh(with(HEALTHY, List.of(passing("fra", "nyc")), List.of(), List.of())))
                .input());

        assertThat(status.links()).isEmpty();
        assertThat(Objects.requireNonNull(status.summary()).linksDown()).isZero();
        assertThat(status.nodes()).extracting(NodeStatus::brokenLinks).containsOnlyNulls();
    }

    @Test
    void aNodeCarriesHowManyOfItsLinksAreBrokenFromItOrToIt() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .mirror(fresh(with(
                        HEALTHY,
                        List.of(
                                link("fra", "nyc", false, "timeout"),
                                link("nyc", "fra", false, "timeout"),
                                passing("sgp", "fra"),
                                link("sgp", "nyc", true, "unauthenticated")),
                        List.of(),
                        List.of())))
                .input());

        assertThat(status.nodes())
                .extracting(NodeStatus::id, NodeStatus::brokenLinks)
                .containsExactly(tuple("fra", 2), tuple("nyc", 3), tuple("sgp", 1));
        assertThat(StatusMaker.of(situation()
                                .mirror(new MirrorState.NotYet())
                                .before(status)
                                .at(LATER)
                                .input())
                        .nodes())
                .isEqualTo(status.nodes());
    }

    @Test
    void aLinkThatIsRefusedIsToldFromOneThatIsDown() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .mirror(fresh(with(
                        HEALTHY,
                        List.of(link("fra", "nyc", false, "unauthenticated"), link("sgp", "nyc", false, "timeout")),
                        List.of(),
                        List.of())))
                .input());

        Instant since = Instant.parse("2026-05-01T11:00:00Z");
        assertThat(status.links())
                .containsExactly(
                        new LinkStatus("sgp", "nyc", LinkState.Down, since),
                        new LinkStatus("fra", "nyc", LinkState.Refused, since));
    }

    @Test
    void whatNodesSayIsBoundedAndOnOneLine() {
        DistomonNetworkStatus status = StatusMaker.of(situation()
                .mirror(new MirrorState.Fresh(
                        with(HEALTHY, List.of(link("fra", "nyc", false, "a\nb".repeat(99))), List.of(), List.of()),
                        Map.of("fra", "9".repeat(1000)),
                        MemberReports.NONE))
                .obstacle(Obstacle.Reason.ApiError, "x".repeat(10_000))
                .input());

        assertThat(status.nodes().getFirst().version()).hasSize(64);
        assertThat(condition(status, "Accepted").message()).hasSize(4096);
        assertThat(condition(status, "MeshHealthy").message())
                .hasSizeLessThan(200)
                .doesNotContain("\n");
    }

    @Test
    void nodesElsewhereShowNoPublicKeysSinceTheSpecHasThem() {
        Network network = Networks.network("nodes: [{id: fra}, %s]".formatted(Networks.external("Nyc")));
        DistomonNetworkStatus status =
                StatusMaker.of(situation().network(network).input());

        assertThat(status.nodes().getLast().publicKeys()).isEmpty();
        assertThat(status.nodes().getLast().keyFingerprint())
                .isEqualTo(network.external().getFirst().publicKeys().getFirst().fingerprint());
        assertThat(Objects.requireNonNull(status.summary()).managed()).isEqualTo(1);
    }

    /** A situation in the making; a healthy network of three unless a test says otherwise. */
    private record Situation(
            DistomonNetwork resource,
            @Nullable Network running,
            List<Obstacle> obstacles,
            Map<String, NodeKeys> keys,
            Availability availability,
            RolloutProgress progress,
            MirrorState mirror,
            @Nullable DistomonNetworkStatus before,
            Instant now) {
        Situation spec(String yaml) {
            return new Situation(
                    Networks.resource(yaml), running, obstacles, keys, availability, progress, mirror, before, now);
        }

        Situation network(Network network) {
            return spec("nodes: [%s]"
                    .formatted(network.nodes().stream()
                            .map(node -> switch (node) {
                                case NetworkNode.Managed managed -> "{id: " + managed.id() + "}";
                                case NetworkNode.Sidecar sidecar -> "{id: " + sidecar.id() + ", type: Sidecar}";
                                case NetworkNode.External external ->
                                    "{id: %s, type: External, url: '%s', publicKeys: [\"%s\"]}"
                                            .formatted(
                                                    external.id(),
                                                    external.url(),
                                                    external.publicKeys()
                                                            .getFirst()
                                                            .pem()
                                                            .replace("\n", "\\n"));
                            })
                            .collect(Collectors.joining(", "))));
        }

        Situation generation(long generation) {
            resource.getMetadata().setGeneration(generation);
            return this;
        }

        /** What runs, when it is not what the spec says. */
        Situation running(Network network) {
            return new Situation(resource, network, obstacles, keys, availability, progress, mirror, before, now);
        }

        Situation obstacle(Obstacle.Reason kind, String message) {
            List<Obstacle> one = List.of(new Obstacle(kind, message));
            return new Situation(resource, running, one, keys, availability, progress, mirror, before, now);
        }

        Situation keys(Map<String, NodeKeys> held) {
            return new Situation(resource, running, obstacles, held, availability, progress, mirror, before, now);
        }

        Situation available(Set<String> nodes) {
            return availability(new Availability(nodes, nodes, Set.of(), availability.reasons(), LONG_AGO));
        }

        Situation unavailable(String node, String why) {
            Map<String, String> all = new LinkedHashMap<>(availability.reasons());
            all.put(node, why);
            return availability(new Availability(
                    availability.available(), availability.settled(), availability.starting(), all, LONG_AGO));
        }

        Situation availability(Availability other) {
            return new Situation(resource, running, obstacles, keys, other, progress, mirror, before, now);
        }

        Situation progress(RolloutProgress other) {
            return new Situation(resource, running, obstacles, keys, availability, other, mirror, before, now);
        }

        Situation mirror(MirrorState state) {
            return new Situation(resource, running, obstacles, keys, availability, progress, state, before, now);
        }

        Situation before(DistomonNetworkStatus status) {
            return new Situation(resource, running, obstacles, keys, availability, progress, mirror, status, now);
        }

        Situation at(Instant time) {
            return new Situation(resource, running, obstacles, keys, availability, progress, mirror, before, time);
        }

        StatusInput input() {
            resource.setStatus(before);
            Validation validation = Validator.validate(resource, Networks.IMAGE);
            Network network =
                    running == null && validation instanceof Validation.Accepted(Network accepted) ? accepted : running;
            return new StatusInput(
                    resource,
                    validation,
                    network,
                    obstacles,
                    keys,
                    availability,
                    progress,
                    mirror,
                    Membership.NONE,
                    now);
        }
    }

    private static Situation situation() {
        return new Situation(
                Networks.resource(NODES),
                null,
                List.of(),
                KEYS,
                new Availability(ALL, ALL, Set.of(), Map.of(), LONG_AGO),
                RolloutProgress.NONE,
                fresh(HEALTHY),
                null,
                START);
    }

    private static MirrorState fresh(NetworkView view) {
        return new MirrorState.Fresh(view, Map.of("fra", "1.0"), MemberReports.NONE);
    }

    private static NetworkView view(NodeVerdict... verdicts) {
        return new NetworkView("lab", List.of(verdicts), List.of(), List.of(), List.of(), false, 0);
    }

    private static NetworkView with(
            NetworkView view, List<LinkFault> broken, List<LinkFault> settling, List<List<String>> partitions) {
        return new NetworkView("lab", view.nodes(), broken, settling, partitions, false, 0);
    }

    private static NetworkView lossy(NetworkView view, String from, String to) {
        List<Breach> breaches = List.of(new Breach(Figure.LOSS, 0.2, 0.05, 40, 300, SINCE));
        return new NetworkView(
                "lab",
                view.nodes(),
                List.of(),
                List.of(new StrainedLink(from, to, breaches, true, SINCE)),
                List.of(),
                List.of(),
                false,
                0);
    }

    private static NodeVerdict online(String id) {
        return verdict(id, io.distomon.core.view.NodeState.ONLINE, null);
    }

    private static NodeVerdict offline(String id, boolean planned) {
        return new NodeVerdict(
                id,
                io.distomon.core.view.NodeState.OFFLINE,
                null,
                "2 of 2 observers",
                SINCE,
                planned,
                false,
                2,
                2,
                0,
                SINCE,
                List.of());
    }

    private static NodeVerdict verdict(String id, io.distomon.core.view.NodeState state, @Nullable Reason reason) {
        return new NodeVerdict(id, state, reason, "2 of 2", SINCE, false, true, 2, 0, 0, SINCE, List.of());
    }

    private static LinkFault link(String from, String to, boolean oneWay, @Nullable String error) {
        return new LinkFault(from, to, oneWay, true, SINCE, error, SINCE);
    }

    private static LinkFault passing(String from, String to) {
        return new LinkFault(from, to, false, false, SINCE, "timeout", SINCE);
    }

    private static Condition condition(DistomonNetworkStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> words(DistomonNetworkStatus status) {
        return status.conditions().stream()
                .map(condition -> "%s %s %s: %s"
                        .formatted(condition.type(), condition.status(), condition.reason(), condition.message()))
                .toList();
    }
}
