package io.distomon.core.sim;

import io.distomon.core.config.NetworkConfig;
import io.distomon.core.crypto.Signer;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.topology.Member;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Changes of the config files, which each node notices when it does. One change at a time. For one thread. */
final class Rollout {
    private static final int HASTY_ROUNDS = 6;

    private final World world;
    private final Random random;
    private boolean underway;

    Rollout(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    /** A member is polled more often, and fewer failures are forgiven: nobody may come to harm. */
    void otherRates(long nanos) {
        if (begin(nanos)) {
            Member member = world.roster().member(world.anyNode(random).id());
            Duration often = World.often(member.pollRate());
            Duration rate = member.pollRate().compareTo(often) > 0 ? often : member.pollRate();
            world.tell("%s is to be polled every %s".formatted(member.nodeId(), rate));
            spread(world.roster().with(new Member(member.nodeId(), member.url(), rate, member.retry() / 2)), nanos);
        }
    }

    /** As it should be done: first all learn the new key, then it is used, then the old one is forgotten. */
    void rotate(long nanos) {
        if (begin(nanos)) {
            SimNode node = world.anyNode(random);
            Verifier old = node.signer().verifier();
            Signer next = other(node);
            world.tell(node.id() + " rotates its key");
            if (nanos < HASTY_ROUNDS * world.roundNanos()) {
                world.troubled(node, nanos); // others forget what the old key signed before they hear the new one
            }
            spread(world.roster().with(node.id(), List.of(old, next.verifier())), nanos / 4);
            world.events().in(nanos / 3, node, "signs with its new key", () -> node.reconfigure(node.config(), next));
            world.events().in(nanos * 2 / 3, null, "the old key is withdrawn", () -> {
                spread(world.roster().with(node.id(), List.of(next.verifier())), nanos / 4);
            });
        }
    }

    /** As it happens when a key is lost: it is another from one moment to the next, for each node at another one. */
    void swap(long nanos) {
        if (begin(nanos)) {
            SimNode node = world.anyNode(random);
            Signer next = other(node);
            world.tell(node.id() + " has another key");
            world.troubled(node, nanos);
            spread(world.roster().with(node.id(), List.of(next.verifier())), nanos);
        }
    }

    /** A member is removed by mistake, and comes back. */
    void removeForAWhile(long nanos) {
        if (begin(nanos)) {
            SimNode node = world.anyNode(random);
            Roster before = world.roster();
            world.tell(node.id() + " is a member no longer, for a while");
            world.troubled(node, nanos);
            spread(before.without(node.id()), nanos / 2);
            world.events().in(nanos / 2, null, "the member comes back", () -> spread(before, nanos / 2));
        }
    }

    private boolean begin(long nanos) {
        if (underway) {
            return false;
        }
        underway = true;
        world.events().in(nanos, null, "the config is the same everywhere", () -> {
            world.nodes().forEach(this::load);
            underway = false;
        });
        return true;
    }

    private void spread(Roster next, long nanos) {
        world.roster(next);
        for (SimNode node : world.nodes()) {
            world.events().in(random.nextLong(nanos), node, "reads its config", () -> load(node));
        }
    }

    /**
     * A node that is no member finds that its config is wrong, and goes on with the last good one. One whose key is not
     * valid any more finds the other one beside the config.
     */
    private void load(SimNode node) {
        if (world.roster().members().containsKey(node.id())) {
            NetworkConfig config = world.roster().of(node.id());
            boolean isValid = config.keys().of(node.id()).contains(node.signer().verifier());
            node.reconfigure(config, isValid ? node.signer() : other(node));
        }
    }

    private static Signer other(SimNode node) {
        return World.signers(node.id()).stream()
                .filter(signer -> !signer.equals(node.signer()))
                .findFirst()
                .orElseThrow();
    }
}
