package io.distomon.operator.validate;

import io.distomon.core.text.ForeignText;
import io.distomon.crds.v1alpha1.Names;
import io.distomon.crds.v1alpha1.PodSpec;
import io.distomon.crds.v1alpha1.ResourcesSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of {@code spec.pod}: its schema's, and Kubernetes' own, which would else refuse the Deployment. */
final class PodRules {
    private static final String PATH = "spec.pod";
    private static final Pattern LABEL_VALUE = Pattern.compile(Names.LABEL_VALUE);
    private static final Pattern DNS_SUBDOMAIN = Pattern.compile(Names.DNS_SUBDOMAIN);
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
    private static final Pattern QUANTITY = Pattern.compile(Names.QUANTITY);
    private static final Pattern PLAIN_RESOURCE =
            Pattern.compile("cpu|memory|ephemeral-storage|hugepages-[1-9][0-9]*[KMGT]i");
    private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    private static final Set<String> OPERATORS = Set.of("Exists", "Equal");
    private static final Set<String> ALWAYS_TOLERATED =
            Set.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final int MAX_ENTRIES = 64;
    private static final int MAX_LABEL_VALUE_CHARS = 63;
    private static final int MAX_DOMAIN_CHARS = 253;
    private static final int MAX_ANNOTATION_CHARS = 256 * 1024;
    private static final int MAX_RESOURCES = 16;
    private static final int MAX_QUANTITY_CHARS = 64;
    private static final int MAX_PULL_SECRETS = 16;

    private final PodSpec pod;
    private final Findings findings;

    private PodRules(PodSpec pod, Findings findings) {
        this.pod = pod;
        this.findings = findings;
    }

    static void check(PodSpec pod, Findings findings) {
        PodRules rules = new PodRules(pod, findings);
        rules.checkLabels();
        checkAnnotations(PATH + ".annotations", pod.annotations(), findings);
        rules.checkResources();
        rules.checkLabelMap(PATH + ".nodeSelector", pod.nodeSelector());
        rules.checkTolerations();
        rules.checkPullSecrets();
    }

    private void checkLabels() {
        checkLabelMap(PATH + ".labels", pod.labels());
        if (pod.labels().keySet().stream()
                .anyMatch(key -> key.startsWith("distomon.io/") || key.startsWith("app.kubernetes.io/"))) {
            findings.add(PATH + ".labels", "labels under distomon.io/ and app.kubernetes.io/ are set by the operator");
        }
    }

    private void checkLabelMap(String path, Map<String, String> labels) {
        findings.expectSize(path, labels.size(), MAX_ENTRIES, "entries");
        new TreeMap<>(labels).forEach((key, value) -> {
            checkKey(path, key);
            findings.expectText(
                    Findings.entry(path, key),
                    value,
                    MAX_LABEL_VALUE_CHARS,
                    LABEL_VALUE,
                    "at most 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a letter or a digit");
        });
    }

    /** Notes what is wrong with annotations that the operator is to set for a user. */
    static void checkAnnotations(String path, Map<String, String> annotations, Findings findings) {
        findings.expectSize(path, annotations.size(), MAX_ENTRIES, "entries");
        new TreeMap<>(annotations).keySet().forEach(key -> checkName(Findings.entry(path, key), key, findings));
        if (annotations.keySet().stream().anyMatch(key -> key.startsWith("distomon.io/"))) {
            findings.add(path, "annotations under distomon.io/ are set by the operator");
        }
        int chars = annotations.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        findings.expectSize(path, chars, MAX_ANNOTATION_CHARS, "characters");
    }

    /** Kubernetes' rule for the names of labels and annotations: a name, perhaps with a domain and a slash before it. */
    private void checkKey(String map, String key) {
        checkName(Findings.entry(map, key), key, findings);
    }

    private static void checkName(String path, String key, Findings findings) {
        if (!isQualified(key)) {
            findings.add(
                    path,
                    "found the name " + ForeignText.quoted(key)
                            + ", expected at most 63 characters of A-Z a-z 0-9 . _ -, the first and the last of them a"
                            + " letter or a digit, perhaps after a domain and a slash");
        }
    }

    private static boolean isQualified(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? null : key.substring(0, slash);
        return KEY_NAME.matcher(key.substring(slash + 1)).matches()
                && (domain == null
                        || (domain.length() <= MAX_DOMAIN_CHARS
                                && DNS_SUBDOMAIN.matcher(domain).matches()));
    }

    private void checkResources() {
        ResourcesSpec resources = pod.resources();
        Map<String, BigDecimal> requests = amounts(PATH + ".resources.requests", resources.requests());
        Map<String, BigDecimal> limits = amounts(PATH + ".resources.limits", resources.limits());
        requests.forEach((name, request) -> {
            BigDecimal limit = limits.get(name);
            if (limit != null && request.compareTo(limit) > 0) {
                findings.add(
                        Findings.entry(PATH + ".resources.requests", name),
                        "found %s, expected at most the limit %s"
                                .formatted(
                                        resources.requests().get(name),
                                        resources.limits().get(name)));
            }
        });
    }

    private Map<String, BigDecimal> amounts(String path, Map<String, Quantity> quantities) {
        findings.expectSize(path, quantities.size(), MAX_RESOURCES, "resources");
        Map<String, BigDecimal> amounts = new TreeMap<>();
        new TreeMap<>(quantities).forEach((name, quantity) -> {
            String place = Findings.entry(path, name);
            if (name.contains("/")
                    ? !isQualified(name)
                    : !PLAIN_RESOURCE.matcher(name).matches()) {
                findings.add(
                        place,
                        "found the resource " + ForeignText.quoted(name)
                                + ", expected cpu, memory, ephemeral-storage, hugepages-… or one with a domain");
            }
            BigDecimal amount = amount(quantity);
            if (amount == null || amount.signum() < 0) {
                findings.add(
                        place,
                        "found %s, expected a quantity of 0 or more, such as 50m or 128Mi"
                                .formatted(ForeignText.quoted(quantity.toString())));
            } else {
                amounts.put(name, amount);
            }
        });
        return amounts;
    }

    private static @Nullable BigDecimal amount(Quantity quantity) {
        String text = quantity.toString();
        if (text.length() > MAX_QUANTITY_CHARS || !QUANTITY.matcher(text).matches()) {
            return null;
        }
        try {
            return quantity.getNumericalAmount();
        } catch (IllegalArgumentException | ArithmeticException e) {
            return null; // an exponent beyond all bounds, or one that is no whole number
        }
    }

    private void checkTolerations() {
        findings.expectSize(PATH + ".tolerations", pod.tolerations().size(), MAX_ENTRIES, "tolerations");
        for (int i = 0; i < pod.tolerations().size(); i++) {
            checkToleration(
                    Findings.item(PATH + ".tolerations", i), pod.tolerations().get(i));
        }
    }

    private void checkToleration(String path, Toleration toleration) {
        String key = orEmpty(toleration.getKey());
        String operator = orEmpty(toleration.getOperator());
        String effect = orEmpty(toleration.getEffect());
        if (!key.isEmpty()) {
            checkName(path + ".key", key, findings);
        }
        if (!operator.isEmpty() && !OPERATORS.contains(operator)) {
            findings.add(path + ".operator", "found " + ForeignText.quoted(operator) + ", expected Equal or Exists");
        }
        if (!effect.isEmpty() && !EFFECTS.contains(effect)) {
            findings.add(
                    path + ".effect",
                    "found " + ForeignText.quoted(effect) + ", expected NoSchedule, PreferNoSchedule or NoExecute");
        }
        if (operator.equals("Exists") && !orEmpty(toleration.getValue()).isEmpty()) {
            findings.add(path + ".value", "found a value, expected none with the operator Exists");
        }
        if (key.isEmpty() && !operator.equals("Exists")) {
            findings.add(path + ".key", "found nothing, expected a taint's key, or the operator Exists");
        }
        if (toleration.getTolerationSeconds() != null) {
            checkSeconds(path, key, effect);
        }
    }

    private void checkSeconds(String path, String key, String effect) {
        if (!effect.equals("NoExecute")) {
            findings.add(path + ".tolerationSeconds", "found a time, expected none but with the effect NoExecute");
        } else if (key.isEmpty() || ALWAYS_TOLERATED.contains(key)) {
            findings.add(
                    path + ".tolerationSeconds",
                    "found a time, expected none for not-ready and unreachable: while the old pod can't be reached, a"
                            + " second one would sign with the same key");
        }
    }

    private void checkPullSecrets() {
        String path = PATH + ".imagePullSecrets";
        findings.expectSize(path, pod.imagePullSecrets().size(), MAX_PULL_SECRETS, "Secrets");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < pod.imagePullSecrets().size(); i++) {
            String name = pod.imagePullSecrets().get(i).name();
            String place = Findings.item(path, i) + ".name";
            findings.expectSecretName(place, name);
            if (!names.add(orEmpty(name))) {
                findings.add(place, "found " + ForeignText.quoted(orEmpty(name)) + " a second time, expected once");
            }
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
