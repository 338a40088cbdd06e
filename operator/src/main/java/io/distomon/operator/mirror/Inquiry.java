package io.distomon.operator.mirror;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the nodes of one network are asked by others than its mirror.
 *
 * @param networkId what they call it
 * @param nodes where they answer, by node id: those first that the mirror did not ask in vain
 * @param tokens makes the tokens that they accept
 * @param http what they are asked by, which trusts whoever made their certificates
 */
public record Inquiry(String networkId, Map<String, URI> nodes, TokenSigner tokens, HttpClient http) {
    public Inquiry {
        nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    }
}
