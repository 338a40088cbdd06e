package io.distomon.operator.reconcile;

import io.distomon.core.text.ForeignText;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.regex.Pattern;

/** What to tell of a failure of the Kubernetes API. */
final class ApiErrors {
    private static final int MAX_CHARS = 500;
    private static final int UNPROCESSABLE = 422;

    /** How the API server says that a user lacks a right, in contrast to what admission forbids. */
    private static final Pattern NO_RIGHT = Pattern.compile("[Uu]ser \"[^\"]*\" cannot ");

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
        return ForeignText.plain(text, MAX_CHARS);
    }

    /** Somebody else wrote at the same time: the next pass sees what. */
    static boolean isConflict(Throwable failure) {
        return failure instanceof KubernetesClientException api && api.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /**
     * Whether a failure is one network's, or its namespace's, own (a quota, an admission rule, an object that is not valid),
     * and tells nothing of the operator's rights or of the API.
     */
    static boolean isOfOneNetwork(Throwable failure) {
        if (!(failure instanceof KubernetesClientException api)) {
            return false;
        }
        String message = api.getStatus() == null ? null : api.getStatus().getMessage();
        return switch (api.getCode()) {
            case HttpURLConnection.HTTP_FORBIDDEN ->
                message != null && !NO_RIGHT.matcher(message).find();
            case HttpURLConnection.HTTP_BAD_REQUEST, HttpURLConnection.HTTP_CONFLICT, UNPROCESSABLE -> true;
            default -> false;
        };
    }
}
