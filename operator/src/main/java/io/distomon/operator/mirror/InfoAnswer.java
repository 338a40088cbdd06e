package io.distomon.operator.mirror;

import io.distomon.core.Identifier;
import io.distomon.core.config.NetworkReader;
import io.distomon.core.config.PeerUrl;
import io.distomon.core.crypto.InvalidKeyException;
import io.distomon.core.crypto.KeyMapping;
import io.distomon.core.crypto.Pem;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.text.ForeignText;
import io.distomon.core.topology.Member;
import io.distomon.core.topology.Topology;
import io.distomon.operator.members.NetworkMembers;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what a node answers to {@code GET /info} of one network. For one answer. */
final class InfoAnswer {
    private static final int MAX_NETWORKS = 100;
    private static final int MAX_ERROR_BYTES = 1 << 16;
    private static final int MAX_ERROR_CHARS = 1_000;
    private static final int MAX_COMMIT_CHARS = 64;
    private static final double MAX_SECONDS = 1e6;
    private static final double NANOS_IN_SECOND = 1e9;
    private static final int MAX_RETRY = 1_000_000;

    private final String networkId;
    private @Nullable ConfigReport running;
    private @Nullable ConfigReport waiting;
    private @Nullable ConfigReport other;

    private InfoAnswer(String networkId) {
        this.networkId = networkId;
    }

    /**
     * What it says of the network.
     *
     * @throws InvalidJsonException when it is no such answer, or says what no config can
     */
    static ConfigReport read(byte[] json, String networkId) throws InvalidJsonException {
        InfoAnswer answer = new InfoAnswer(networkId);
        StrictJson.parse(json, text -> {
            text.object(name -> {
                switch (name) {
                    case "networks" -> text.list(MAX_NETWORKS, () -> answer.network(text));
                    case "not_running" -> text.list(MAX_NETWORKS, () -> answer.notRunning(text));
                    default -> text.drop();
                }
            });
            return answer;
        });
        return answer.report();
    }

    private ConfigReport report() throws InvalidJsonException {
        if (running != null) {
            return running;
        }
        if (waiting != null) {
            return waiting;
        }
        if (other != null) {
            return other;
        }
        throw new InvalidJsonException("found no network, expected " + networkId);
    }

    private void notRunning(StrictJson json) throws InvalidJsonException, IOException {
        Texts texts = new Texts();
        json.object(name -> texts.take(name, json));
        // Its name in nodeconf.yml, which the operator has written, is its id.
        if (networkId.equals(texts.name)) {
            waiting = new ConfigReport(null, texts.newest, Instant.EPOCH, texts.error, null);
        }
    }

    private void network(StrictJson json) throws InvalidJsonException, IOException {
        Network network = new Network();
        json.object(name -> network.take(name, json));
        if (networkId.equals(network.id)) {
            if (running != null) {
                throw new InvalidJsonException("found network %s twice, expected it once".formatted(networkId));
            }
            running = new ConfigReport(
                    network.texts.commit,
                    network.texts.newest,
                    network.texts.loadedAt,
                    network.texts.error,
                    network.members());
        } else {
            other = new ConfigReport(
                    null,
                    network.texts.newest,
                    Instant.EPOCH,
                    "found network_id %s in config.yml, expected %s"
                            .formatted(ForeignText.quoted(network.id), networkId),
                    null);
        }
    }

    /** The fields that say how the config stands. */
    private static final class Texts {
        private @Nullable String name;
        private @Nullable String commit;
        private @Nullable String newest;
        private @Nullable String error;
        private Instant loadedAt = Instant.EPOCH;

        void take(String field, StrictJson json) throws InvalidJsonException, IOException {
            if (json.isNull()) {
                return;
            }
            switch (field) {
                case "name" -> name = json.text();
                case "commit" -> commit = ForeignText.plain(json.text(), MAX_COMMIT_CHARS);
                case "newest" -> newest = ForeignText.plain(json.text(), MAX_COMMIT_CHARS);
                case "loaded_at" -> loadedAt = moment(json.text());
                case "error" -> {
                    String text = json.textIfAtMost(MAX_ERROR_BYTES);
                    error = ForeignText.plain(
                            text == null ? "more than can be told here: see the node's log" : text, MAX_ERROR_CHARS);
                }
                default -> json.drop();
            }
        }

        private static Instant moment(String text) throws InvalidJsonException {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new InvalidJsonException("loaded_at is no date");
            }
        }
    }

    /** One item of {@code networks}. */
    private static final class Network {
        private final Texts texts = new Texts();
        private final List<Member> all = new ArrayList<>();
        private final Map<String, List<Verifier>> keys = new LinkedHashMap<>();
        private String id = "";
        private String topology = Topology.DEFAULT.mode().word();
        private int degree = Topology.DEFAULT.degree();

        void take(String field, StrictJson json) throws InvalidJsonException, IOException {
            switch (field) {
                case "network_id" -> id = identifier(json.text());
                case "topology" -> topology = json.text();
                case "degree" -> degree = Math.toIntExact(Math.min(json.integer(), Integer.MAX_VALUE));
                case "public_keys" -> json.map(node -> keys.put(identifier(node), keys(json)));
                case "members" -> json.list(NetworkReader.MAX_MEMBERS, () -> all.add(member(json)));
                case "config" -> json.object(name -> texts.take(name, json));
                default -> json.drop();
            }
        }

        NetworkMembers members() throws InvalidJsonException {
            Topology.Mode mode = Topology.Mode.of(topology)
                    .orElseThrow(() -> new InvalidJsonException("topology is none of auto, full and sparse"));
            if (degree < Topology.MIN_DEGREE || degree > Topology.MAX_DEGREE) {
                throw new InvalidJsonException(
                        "degree is %s, expected %s to %s".formatted(degree, Topology.MIN_DEGREE, Topology.MAX_DEGREE));
            }
            if (all.stream().map(Member::nodeId).distinct().count() < all.size()) {
                throw new InvalidJsonException("members has one twice");
            }
            return new NetworkMembers(id, all, new KeyMapping(keys), new Topology(mode, degree));
        }

        private static List<Verifier> keys(StrictJson json) throws InvalidJsonException, IOException {
            List<Verifier> found = new ArrayList<>();
            json.list(Pem.MAX_KEYS, () -> {
                try {
                    List<Verifier> one = Pem.publicKeys(json.text());
                    if (one.size() != 1) {
                        throw new InvalidJsonException(
                                "public_keys has %s keys in one text, expected one".formatted(one.size()));
                    }
                    found.addAll(one);
                } catch (InvalidKeyException e) {
                    throw new InvalidJsonException("public_keys has what is no key: " + e.getMessage());
                }
            });
            return found;
        }

        private static Member member(StrictJson json) throws InvalidJsonException, IOException {
            MemberFields fields = new MemberFields();
            json.object(name -> {
                switch (name) {
                    case "node_id" -> fields.id = identifier(json.text());
                    case "url" -> fields.url = url(json.textOrNull());
                    case "poll_rate" -> fields.pollRate = seconds(json.number());
                    case "retry" -> fields.retry = json.integer();
                    case "retry_interval" -> fields.retryInterval = json.isNull() ? null : seconds(json.number());
                    default -> json.drop();
                }
            });
            if (fields.retry > MAX_RETRY || fields.id.isEmpty()) {
                throw new InvalidJsonException(
                        "members has one without id, or with %s retries".formatted(fields.retry));
            }
            return new Member(fields.id, fields.url, fields.pollRate, (int) fields.retry, fields.retryInterval);
        }

        private static String identifier(String text) throws InvalidJsonException {
            if (!Identifier.isValid(text)) {
                throw new InvalidJsonException("found an id that is none, expected " + Identifier.RULE);
            }
            return text;
        }

        private static @Nullable URI url(@Nullable String text) {
            return text != null && PeerUrl.read(text) instanceof PeerUrl.Usable(URI url) ? url : null;
        }

        private static Duration seconds(double seconds) throws InvalidJsonException {
            if (seconds <= 0 || seconds > MAX_SECONDS) {
                throw new InvalidJsonException(
                        "found %s s, expected more than 0 and at most %s".formatted(seconds, MAX_SECONDS));
            }
            return Duration.ofNanos(Math.round(seconds * NANOS_IN_SECOND));
        }
    }

    /** The fields of a member. */
    private static final class MemberFields {
        private String id = "";
        private @Nullable URI url;
        private Duration pollRate = Member.DEFAULT_POLL_RATE;
        private long retry = Member.DEFAULT_RETRY;
        private @Nullable Duration retryInterval;
    }
}
