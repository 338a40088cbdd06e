package io.distomon.operator.validate;

import io.distomon.core.text.ForeignText;
import io.distomon.core.threshold.Thresholds;
import io.distomon.core.tls.Certificates;
import io.distomon.core.topology.Topology;
import io.distomon.crds.v1alpha1.AuthSpec;
import io.distomon.crds.v1alpha1.DistomonNetwork;
import io.distomon.crds.v1alpha1.DistomonNetworkSpec;
import io.distomon.crds.v1alpha1.DistomonNetworkStatus;
import io.distomon.crds.v1alpha1.ImagePullPolicy;
import io.distomon.crds.v1alpha1.KeyDeletionPolicy;
import io.distomon.crds.v1alpha1.MembershipType;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.ProbeOverride;
import io.distomon.crds.v1alpha1.ProbeSpec;
import io.distomon.crds.v1alpha1.SecretEntryRef;
import io.distomon.crds.v1alpha1.TlsSpec;
import io.distomon.crds.v1alpha1.TopologyMode;
import io.distomon.crds.v1alpha1.TopologySpec;
import io.distomon.operator.validate.Validation.Accepted;
import io.distomon.operator.validate.Validation.Refused;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges a resource: every rule of the CRD's schema and CEL, and after them what these can't say. An enum that is null had
 * a value that this version does not know (the schema fills in the defaults, and the client reads unknown values as null).
 */
public final class Validator {
    private static final Pattern RESOURCE_NAME = Pattern.compile(Names.RESOURCE_NAME);
    private static final Pattern IDENTIFIER = Pattern.compile(Names.IDENTIFIER);
    private static final Pattern NO_SPACE = Pattern.compile(Names.NO_SPACE);
    private static final Pattern CERTIFICATES_PEM = Pattern.compile(Names.CERTIFICATES_PEM);
    private static final int MAX_IMAGE_CHARS = 512;
    private static final int MAX_ID_CHARS = 63;

    private Validator() {}

    /**
     * Judges {@code resource}. Never throws for what it says.
     *
     * @param resource as it was read, with the schema's defaults
     * @param defaultImage what managed nodes run when the resource says nothing
     */
    public static Validation validate(DistomonNetwork resource, String defaultImage) {
        Findings findings = new Findings();
        String name = Objects.requireNonNullElse(resource.getMetadata().getName(), "");
        findings.expectText(
                "metadata.name",
                name,
                Names.RESOURCE_NAME_LENGTH,
                RESOURCE_NAME,
                "1 to 40 characters of a-z 0-9 -, the first a letter, the last a letter or a digit");
        DistomonNetworkSpec spec = resource.getSpec();
        if (spec == null) {
            findings.add("spec", "found nothing, expected the network's nodes");
            return new Refused(findings.all());
        }
        String networkId = networkId(spec, name, resource.getStatus(), findings);
        if (spec.image() != null) {
            findings.expectText(
                    "spec.image", spec.image(), MAX_IMAGE_CHARS, NO_SPACE, "1 to 512 characters without a space");
        }
        ImagePullPolicy pullPolicy =
                known("spec.imagePullPolicy", spec.imagePullPolicy(), ImagePullPolicy.values(), findings);
        ProbeSpec probe = spec.probe();
        NodeRules.checkProbe(
                "spec.probe",
                new ProbeOverride(probe.intervalSeconds(), probe.retries(), probe.retryIntervalSeconds()),
                probe.intervalSeconds(),
                findings);
        NodeRules.checkHttp("spec.http", spec.http(), findings);
        Topology topology = topology(spec.topology(), findings);
        Thresholds thresholds = ThresholdRules.of(spec, findings);
        NetworkNode.Pod pod = new NetworkNode.Pod(
                spec.image() == null ? defaultImage : spec.image(),
                Objects.requireNonNullElse(pullPolicy, ImagePullPolicy.IfNotPresent),
                spec.pod());
        MembershipType membership =
                known("spec.membership.type", spec.membership().type(), MembershipType.values(), findings);
        Network.Git git = GitRules.of(spec, findings);
        List<NetworkNode> nodes = new NodeRules(networkId, spec, pod, findings).nodes();
        Network.Auth auth = auth(spec.auth(), findings);
        PodRules.check(spec.pod(), findings);
        KeyDeletionPolicy keyDeletion =
                known("spec.keys.deletionPolicy", spec.keys().deletionPolicy(), KeyDeletionPolicy.values(), findings);
        List<X509Certificate> authorities = authorities(spec.tls(), findings);
        Alerts alerts = new AlertRules(spec, findings).alerts();
        if (!findings.isEmpty()
                || pullPolicy == null
                || topology == null
                || keyDeletion == null
                || membership == null) {
            return new Refused(findings.all());
        }
        return new Accepted(new Network(
                owner(resource),
                networkId,
                spec.paused(),
                topology,
                thresholds,
                git,
                nodes,
                auth,
                keyDeletion,
                authorities,
                alerts));
    }

    /** Of use only when nothing was noted. */
    private static Network.Auth auth(AuthSpec auth, Findings findings) {
        SecretEntryRef login = auth.loginSecretRef();
        SecretEntryRef jwt = auth.jwtSecretRef();
        return new Network.Auth(
                login == null ? null : findings.secretEntry("spec.auth.loginSecretRef", login, Network.Auth.LOGIN_KEY),
                jwt == null ? null : findings.secretEntry("spec.auth.jwtSecretRef", jwt, Network.Auth.JWT_KEY));
    }

    /** Whom the nodes are to trust; empty also when a mistake was noted. */
    private static List<X509Certificate> authorities(TlsSpec tls, Findings findings) {
        String path = "spec.tls.caCertificates";
        String pem = tls.caCertificates();
        if (pem == null) {
            return List.of();
        }
        String expected = "certificates as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, at most"
                + " %s characters in all".formatted(TlsSpec.MAX_CA_CHARS);
        if (pem.length() > TlsSpec.MAX_CA_CHARS
                || !CERTIFICATES_PEM.matcher(pem).matches()) {
            findings.add(path, "found a text of %s characters, expected %s".formatted(pem.length(), expected));
            return List.of();
        }
        try {
            return Certificates.read(pem);
        } catch (CertificateException e) {
            findings.add(path, "found no usable certificate (%s), expected %s".formatted(e.getMessage(), expected));
            return List.of();
        }
    }

    /** In the words of the nodes; null when a mistake was noted. */
    private static @Nullable Topology topology(TopologySpec spec, Findings findings) {
        TopologyMode mode = known("spec.topology.mode", spec.mode(), TopologyMode.values(), findings);
        boolean inBounds =
                findings.expectNumber("spec.topology.degree", spec.degree(), Topology.MIN_DEGREE, Topology.MAX_DEGREE);
        if (mode == null || !inBounds) {
            return null;
        }
        return new Topology(
                switch (mode) {
                    case Auto -> Topology.Mode.AUTO;
                    case Full -> Topology.Mode.FULL;
                    case Sparse -> Topology.Mode.SPARSE;
                },
                spec.degree());
    }

    /** Whose everything of a network is, whatever its spec says. */
    public static Network.Owner owner(DistomonNetwork resource) {
        ObjectMeta metadata = resource.getMetadata();
        return new Network.Owner(
                Objects.requireNonNullElse(metadata.getNamespace(), "default"),
                Objects.requireNonNullElse(metadata.getName(), ""),
                Objects.requireNonNullElse(metadata.getUid(), ""),
                Objects.requireNonNullElse(metadata.getGeneration(), 0L));
    }

    private static String networkId(
            DistomonNetworkSpec spec, String name, @Nullable DistomonNetworkStatus status, Findings findings) {
        if (spec.networkId() != null) {
            findings.expectText("spec.networkId", spec.networkId(), MAX_ID_CHARS, IDENTIFIER, Findings.ID_RULE);
        }
        String networkId = spec.networkId() == null ? name : spec.networkId();
        String before = status == null ? null : status.networkId();
        if (before != null && !before.equals(networkId)) {
            findings.add(
                    "spec.networkId",
                    "networkId can't be changed: every node outside this cluster is configured with it (found %s,"
                                    .formatted(ForeignText.quoted(networkId))
                            + " expected %s)".formatted(ForeignText.quoted(before)));
        }
        return networkId;
    }

    /** {@code value}; when it is one that this version does not know, that is noted. */
    static <E extends Enum<E>> @Nullable E known(String path, @Nullable E value, E[] all, Findings findings) {
        if (value == null) {
            findings.add(
                    path,
                    "found a value that this version does not know, expected one of "
                            + String.join(
                                    ", ", List.of(all).stream().map(Enum::name).toList()));
        }
        return value;
    }
}
