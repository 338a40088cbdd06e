package io.distomon.operator.desired;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The children that follow their network, in contrast to keys and passwords.
 *
 * @param config the Secret with everybody's config files; compared and replaced whole
 * @param configDigest what nodes report that run with it
 * @param deployments by node id; only of nodes whose key is there. A node of the spec that is missing here keeps the
 *     Deployment that it has
 * @param services by node id; of every managed node
 */
public record Children(
        Secret config, String configDigest, Map<String, Deployment> deployments, Map<String, Service> services) {
    public Children {
        deployments = Collections.unmodifiableMap(new LinkedHashMap<>(deployments));
        services = Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }
}
