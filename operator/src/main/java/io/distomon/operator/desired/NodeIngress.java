package io.distomon.operator.desired;

import io.distomon.operator.names.ChildMetadata;
import io.distomon.operator.names.ChildNames;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The Ingresses of the managed nodes that are reached from outside by one: everything at a host, or below a path of it, goes
 * to the node.
 */
public final class NodeIngress implements ChildKind<Ingress> {
    /** The row in {@link ChildKinds}. */
    public static final NodeIngress KIND = new NodeIngress();

    private NodeIngress() {}

    @Override
    public Class<Ingress> type() {
        return Ingress.class;
    }

    @Override
    public List<Ingress> wanted(Blueprint of) {
        List<Ingress> ingresses = new ArrayList<>();
        for (NetworkNode.Managed node : of.network().managed()) {
            if (node.expose() instanceof NetworkNode.Expose.ByIngress by) {
                ingresses.add(ingress(of.network(), node.id(), by));
            }
        }
        return ingresses;
    }

    @Override
    public Writing<Ingress> writing() {
        return Writing.Applied.withForeign();
    }

    @Override
    public Predicate<String> obsolete(Network network) {
        Set<String> names = network.managed().stream()
                .filter(node -> node.expose() instanceof NetworkNode.Expose.ByIngress)
                .map(node -> ChildNames.node(network, node.id()))
                .collect(Collectors.toSet());
        return name -> !names.contains(name);
    }

    /** A chart may leave the operator without the right to it. */
    @Override
    public boolean isOptional() {
        return true;
    }

    private static Ingress ingress(Network network, String nodeId, NetworkNode.Expose.ByIngress by) {
        String service = ChildNames.node(network, nodeId);
        return new IngressBuilder()
                .withMetadata(ChildMetadata.owned(network, service, ChildMetadata.labels(network, nodeId)))
                .editMetadata()
                .withAnnotations(by.annotations().isEmpty() ? null : by.annotations())
                .endMetadata()
                .withNewSpec()
                .withIngressClassName(by.className())
                .withTls(tls(by))
                .addNewRule()
                .withHost(by.host())
                .withNewHttp()
                .addNewPath()
                .withPath(by.path().isEmpty() ? "/" : by.path())
                .withPathType("Prefix")
                .withNewBackend()
                .withNewService()
                .withName(service)
                .withNewPort()
                .withName(NodePod.API)
                .endPort()
                .endService()
                .endBackend()
                .endPath()
                .endHttp()
                .endRule()
                .endSpec()
                .build();
    }

    private static List<IngressTLS> tls(NetworkNode.Expose.ByIngress by) {
        return by.tlsSecretName() == null
                ? List.of()
                : List.of(new IngressTLSBuilder()
                        .withHosts(by.host())
                        .withSecretName(by.tlsSecretName())
                        .build());
    }
}
