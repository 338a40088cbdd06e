package io.distomon.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.distomon.core.Clock;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.operator.names.ChildMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the CRD in the cluster is as new as this operator: {@code helm upgrade} leaves the one that it finds. An API server
 * refuses a status with a field that its CRD does not have, so such fields are left out, and everything else is written.
 * What the API server knows is in its OpenAPI document, which every user may read. Safe for use by many threads.
 */
final class InstalledCrd implements UnaryOperator<DistomonNetworkStatus> {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledCrd.class);
    private static final String OURS = "/META-INF/fabric8/distomonnetworks.distomon.io-v1.yml";
    private static final String OPENAPI = "/openapi/v3/apis/distomon.io/v1alpha1";
    private static final String SCHEMA = "/components/schemas/io.distomon.v1alpha1.DistomonNetwork";
    private static final String STATUS = "status.";
    private static final String CRD = "distomonnetworks.distomon.io";

    /** As long as the API server lets an Event's note be. */
    private static final int MAX_NOTE_CHARS = 1024;

    /** As an Event's time is to be: an Instant by itself leaves out digits that are zeros, and the API server refuses that. */
    private static final DateTimeFormatter MICROS =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

    /** How often an older CRD, or one of which nothing is known, is looked at again. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

    /** How often one that is as new is looked at: somebody may put an older one back, which takes no status as it is. */
    private static final Duration LOOK_ANEW = Duration.ofMinutes(1);

    /** Where Events about what is in no namespace are. */
    private static final String OF_THE_CLUSTER = "default";

    private final KubernetesClient client;
    private final Set<String> namespaces;
    private final Clock clock;
    private final Set<String> needed;

    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Look last;

    /** @param namespaces where the operator may say what it finds; empty for the whole cluster */
    InstalledCrd(KubernetesClient client, Set<String> namespaces, Clock clock) {
        this.client = client;
        this.namespaces = namespaces.isEmpty() ? Set.of(OF_THE_CLUSTER) : Set.copyOf(namespaces);
        this.clock = clock;
        this.needed = needed();
    }

    /**
     * What the API server knows.
     *
     * @param missing what its CRD does not have; while it can't be asked, what was missing before
     * @param isTold whether it could be asked
     * @param nanos when
     */
    private record Look(Set<String> missing, boolean isTold, long nanos) {}

    /** What to do about a CRD that is older than the operator; empty when it is not. */
    Optional<String> trouble() {
        Set<String> lacks = missing();
        return lacks.isEmpty() ? Optional.empty() : Optional.of(sentence(lacks));
    }

    private static String sentence(Set<String> lacks) {
        return "the CRD in the cluster is older than this operator, it has no " + String.join(", ", lacks)
                + ": apply the CRD of this version (in the chart, crds/), or set crds.managed";
    }

    /** A status without what the CRD in the cluster does not have. */
    @Override
    public DistomonNetworkStatus apply(DistomonNetworkStatus status) {
        Set<String> lacks = missing();
        if (lacks.isEmpty()) {
            return status;
        }
        KubernetesSerialization json = client.getKubernetesSerialization();
        JsonNode tree = json.convertValue(status, JsonNode.class);
        lacks.stream()
                .filter(path -> path.startsWith(STATUS))
                .forEach(path -> remove(tree, path.substring(STATUS.length())));
        return json.convertValue(tree, DistomonNetworkStatus.class);
    }

    /** By the last look; one thread at a time looks again, and the others wait only while there was none at all. */
    private Set<String> missing() {
        Look known = last;
        if (known != null && (!isDue(known) || !looking.tryLock())) {
            return known.missing();
        }
        if (known == null) {
            looking.lock();
        }
        try {
            Look before = last; // somebody else may have looked by now
            if (before != null && !isDue(before)) {
                return before.missing();
            }
            Set<String> missingBefore = before == null ? Set.of() : before.missing();
            Look now = look(before, missingBefore);
            last = now;
            if (!now.missing().equals(missingBefore)) {
                tell(now.missing());
            }
            return now.missing();
        } finally {
            looking.unlock();
        }
    }

    private boolean isDue(Look look) {
        boolean isSettled = look.isTold() && look.missing().isEmpty();
        Duration wait = isSettled ? LOOK_ANEW : LOOK_AGAIN;
        return clock.monotonicNanos() - look.nanos() > wait.toNanos();
    }

    private void tell(Set<String> missing) {
        if (missing.isEmpty()) {
            LOG.info("The CRD in the cluster is as new as this operator");
        } else {
            String sentence = sentence(missing);
            LOG.error("{}", sentence);
            namespaces.forEach(namespace -> event(namespace, sentence));
        }
    }

    /** For whoever looks at Events and at no log; that one can't be made is no trouble of its own. */
    private void event(String namespace, String note) {
        try {
            client.resource(new EventBuilder()
                            .withNewMetadata()
                            .withGenerateName(CRD + "-")
                            .withNamespace(namespace)
                            .endMetadata()
                            .withNewRegarding()
                            .withApiVersion("apiextensions.k8s.io/v1")
                            .withKind("CustomResourceDefinition")
                            .withName(CRD)
                            .withNamespace(namespace)
                            .endRegarding()
                            .withType("Warning")
                            .withReason("OlderCrd")
                            .withAction("Compare")
                            .withNote(note.length() > MAX_NOTE_CHARS ? note.substring(0, MAX_NOTE_CHARS) : note)
                            .withReportingController("distomon.io/operator")
                            .withReportingInstance(ChildMetadata.OPERATOR)
                            .withEventTime(new MicroTime(
                                    MICROS.format(Instant.EPOCH.plus(clock.wallMicros(), ChronoUnit.MICROS))))
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.warn("Of the older CRD there is no Event in {}: {}", namespace, e.toString());
        }
    }

    private Look look(@Nullable Look before, Set<String> missingBefore) {
        long now = clock.monotonicNanos();
        try {
            String document = client.raw(OPENAPI);
            JsonNode schema = new ObjectMapper()
                    .readTree(document == null ? "{}" : document)
                    .at(SCHEMA);
            Set<String> installed = new TreeSet<>();
            collect(schema, "", installed);
            Set<String> lacks = new TreeSet<>(needed);
            lacks.removeAll(installed);
            // Where a field is missing, so is all that is in it.
            lacks.removeIf(path -> path.contains(".") && lacks.contains(path.substring(0, path.lastIndexOf('.'))));
            return installed.isEmpty() ? new Look(missingBefore, false, now) : new Look(lacks, true, now);
        } catch (IOException | KubernetesClientException e) {
            if (before == null || before.isTold()) {
                LOG.warn("Whether the CRD in the cluster is as new as this operator can't be told: {}", e.toString());
            }
            return new Look(missingBefore, false, now);
        }
    }

    private static Set<String> needed() {
        try (InputStream crd = InstalledCrd.class.getResourceAsStream(OURS)) {
            if (crd == null) {
                throw new IllegalStateException("no " + OURS + " on the class path: the crds module packs it");
            }
            Set<String> paths = new TreeSet<>();
            collect(new YAMLMapper().readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema"), "", paths);
            paths.removeIf(path -> !path.startsWith(STATUS) && !path.startsWith("spec."));
            return paths;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(JsonNode schema, String prefix, Set<String> paths) {
        schema.path("properties").properties().forEach(property -> {
            paths.add(prefix + property.getKey());
            collect(property.getValue(), prefix + property.getKey() + ".", paths);
        });
        if (schema.has("items")) {
            collect(schema.path("items"), prefix, paths);
        }
    }

    private static void remove(JsonNode tree, String path) {
        int dot = path.indexOf('.');
        if (tree.isArray()) {
            tree.forEach(item -> remove(item, path));
        } else if (dot >= 0) {
            remove(tree.path(path.substring(0, dot)), path.substring(dot + 1));
        } else if (tree instanceof ObjectNode object) {
            object.remove(path);
        }
    }
}
