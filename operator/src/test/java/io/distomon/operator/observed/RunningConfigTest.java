package io.distomon.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.distomon.operator.Networks;
import io.distomon.operator.desired.ConfigSecret;
import io.distomon.operator.desired.DesiredMembers;
import io.distomon.operator.desired.NodeAddresses;
import io.distomon.operator.validate.Network;
import io.distomon.operator.validate.NetworkNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunningConfigTest {
    private static final Network LAB =
            Networks.network("nodes: [{id: fra}, {id: web, type: Sidecar}, %s]".formatted(Networks.external("NYC")));

    @Test
    void whereEachMemberRunsIsToldByTheChildrenWhenNoSpecDoes() {
        Secret config = ConfigSecret.of(LAB, DesiredMembers.of(LAB, Networks.keys(LAB), NodeAddresses.inCluster(LAB)));
        Secret sidecar = new SecretBuilder()
                .withNewMetadata()
                .withName("lab-web-sidecar")
                .endMetadata()
                .build();
        RunningConfig running = RunningConfig.read(config).orElseThrow();

        Network network = running.network(LAB.owner(), Observed.of(List.of(config, sidecar)));

        assertThat(network.managed()).extracting(NetworkNode::id).containsExactly("fra");
        assertThat(network.sidecars()).extracting(NetworkNode::id).containsExactly("web");
        assertThat(network.external()).extracting(NetworkNode::id).containsExactly("NYC");
    }

    @Test
    void thatARepositorySaysWhoIsAMemberIsToldByTheConfigWhenNoSpecDoes() {
        Network git = Networks.network(
                "{nodes: [{id: fra}], membership: {type: Git, git: {url: 'https://git.example.com/lab.git'}}}");
        Secret config = ConfigSecret.of(git, DesiredMembers.of(git, Networks.keys(git), NodeAddresses.inCluster(git)));

        RunningConfig running = RunningConfig.read(config).orElseThrow();

        assertThat(running.network(git.owner(), Observed.of(List.of(config))).git())
                .isEqualTo(Network.Git.UNKNOWN);
        assertThat(running.network(git.owner(), Observed.of(List.of(config))).managed())
                .extracting(NetworkNode::id)
                .containsExactly("fra");
    }

    @Test
    void howNodesAreAskedIsToldByTheirConfigWhenNoSpecDoes() {
        Network https = Networks.network("""
                tls:
                  caCertificates: |
                %s
                nodes: [{id: fra, tls: {secretName: fra-tls}}, {id: ams}]
                """.formatted(Networks.AUTHORITY.indent(4)));
        NodeAddresses addresses = NodeAddresses.inCluster(https);
        Secret config = ConfigSecret.of(https, DesiredMembers.of(https, Networks.keys(https), addresses));

        Network network = RunningConfig.read(config).orElseThrow().network(https.owner(), Observed.of(List.of(config)));

        assertThat(network.authorities()).isEqualTo(https.authorities()).hasSize(1);
        assertThat(NodeAddresses.inCluster(network).of("fra")).isEqualTo(addresses.of("fra"));
        assertThat(NodeAddresses.inCluster(network).of("ams")).isEqualTo(addresses.of("ams"));
    }
}
