package io.distomon.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What to tell of a failure of the Kubernetes API. */
final class ApiErrors {
    private static final int MAX_CHARS = 500;

    private ApiErrors() {}

    /** One line for people. The server's own words where there are some; never what was sent to it. */
    static String reason(Throwable failure) {
        String text = switch (failure) {
            case KubernetesClientException api
            when api.getStatus() != null && api.getStatus().getMessage() != null ->
                "The Kubernetes API refused: " + api.getStatus().getMessage();
            case KubernetesClientException api when api.getCode() > 0 -> "The Kubernetes API answered " + api.getCode();
            case KubernetesClientException api -> "The Kubernetes API can't be reached";
            default -> "Internal error: " + failure.getClass().getSimpleName();
        };
        String line = text.replaceAll("\\s+", " ");
        return line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS - 1) + "…" : line;
    }
}
