package io.distomon.core.exchange;

import io.distomon.core.Clock;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.EntryRefusal;
import io.distomon.core.store.MergeResult;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The answering side of an exchange, for all networks of a node. Nothing reaches a store before all checks have passed,
 * and a sender that can't prove who it is learns nothing. Safe for use by many threads.
 *
 * <p>The checks, in this order:
 *
 * <ol>
 *   <li>{@link #admit}, before the body is read, all refusals unsigned: method, path, declared size, media type, no
 *       encoding but that of {@link ContentCoding}; then signature fields, network, key, signature, and nothing coded that
 *       will be refused anyway
 *   <li>{@link #answer}, still unsigned: size and arrival of the body, its digest
 *   <li>refusals signed from here on: date of the signature, replay, limits, shape, and who says to whom in which
 *       network
 * </ol>
 */
public final class Receiver {
    private static final Pattern PATH = Pattern.compile("/mon/([^/?#]+)");
    private static final Pattern DIGEST = Pattern.compile("sha-256=:[A-Za-z0-9+/]{43}=:");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int MAX_MESSAGE_DIGITS = 7;
    private static final double MICROS_IN_MILLI = 1_000;
    private static final long NANOS_IN_MICRO = 1_000;

    private final Clock clock;
    private final RandomGenerator random;
    private final Function<String, Optional<NetworkExchange>> networks;
    private final long startedNanos;
    private final LongAdder accepted = new LongAdder();
    private final Map<RefusalCode, LongAdder> refusals = new EnumMap<>(RefusalCode.class);
    private final Map<BusyReason, LongAdder> busy = new EnumMap<>(BusyReason.class);
    private final BodyRoom bodies;

    /**
     * A receiver that has started now: nonces of requests that were signed before may have been used already.
     *
     * @param random chooses what is sent when not everything fits
     * @param networks finds the node's networks by their id
     */
    public Receiver(Clock clock, RandomGenerator random, Function<String, Optional<NetworkExchange>> networks) {
        this(clock, random, networks, BodyRoom.ofHeap(Runtime.getRuntime().maxMemory()));
    }

    /** Likewise, with a bound of the bodies that are in memory at once. */
    Receiver(
            Clock clock,
            RandomGenerator random,
            Function<String, Optional<NetworkExchange>> networks,
            BodyRoom bodies) {
        this.bodies = bodies;
        this.clock = clock;
        this.random = random;
        this.networks = networks;
        this.startedNanos = clock.monotonicNanos();
        for (RefusalCode code : RefusalCode.values()) {
            refusals.put(code, new LongAdder());
        }
        for (BusyReason why : BusyReason.values()) {
            busy.put(why, new LongAdder());
        }
    }

    /** How many requests were accepted since the start. */
    public long accepted() {
        return accepted.sum();
    }

    /** How many requests were refused since the start; every code is there, whoever sends what. */
    public Map<RefusalCode, Long> refused() {
        return sums(RefusalCode.class, refusals);
    }

    /** Of the requests that were refused as {@link RefusalCode#BUSY}, how many for which reason; every one is there. */
    public Map<BusyReason, Long> busy() {
        return sums(BusyReason.class, busy);
    }

    /** Judges a request by its head, at its arrival. */
    public Admission admit(HttpRequestHead head) {
        HttpFields fields = head.fields();
        if (!head.method().equals("POST")) {
            return refused(RefusalCode.METHOD_NOT_ALLOWED);
        }
        Matcher path = PATH.matcher(head.path());
        if (!path.matches()) {
            return refused(RefusalCode.NOT_FOUND);
        }
        if (fields.sizeBytes() > Limits.MAX_HEAD_BYTES
                || fields.all("Content-Length").stream().anyMatch(Receiver::isTooMuch)) {
            return refused(RefusalCode.CONTENT_TOO_LARGE);
        }
        boolean isReadable = ContentCoding.isApplied(fields) || !fields.has(ContentCoding.APPLIED);
        if (!fields.isExactly("Content-Type", Messages.JSON) || !isReadable) {
            return refused(RefusalCode.UNSUPPORTED_MEDIA_TYPE);
        }
        return authenticate(head, path.group(1));
    }

    /**
     * Answers a request whose body is here. Gives the sender's place back.
     *
     * @param coded its bytes as they came; when there are more than {@link Limits#MAX_MESSAGE_BYTES}, one more is enough
     * @param arrived when the last of them came
     */
    public HttpAnswer answer(Admission.Admitted request, byte[] coded, Moment arrived) {
        try (request) {
            if (coded.length > Limits.MAX_MESSAGE_BYTES) {
                return unsigned(RefusalCode.CONTENT_TOO_LARGE);
            }
            byte[] body = ContentCoding.isApplied(request.fields) ? ContentCoding.decoded(coded) : coded;
            Optional<RefusalCode> unproven = unproven(request, ContentDigest.of(body), arrived);
            if (unproven.isPresent()) {
                return unsigned(unproven.get());
            }
            try {
                checkNew(request, arrived);
                request.peer.requested(body.length, arrived.monotonicNanos());
                return accept(request, checked(request, body), arrived);
            } catch (Refused refused) {
                return refuse(request, refused.why, arrived);
            }
        } catch (ContentCoding.Undecodable e) {
            return unsigned(e.isTooLong() ? RefusalCode.CONTENT_TOO_LARGE : RefusalCode.UNAUTHENTICATED);
        }
    }

    /**
     * Answers a request that does not {@linkplain Admission.Admitted#wantsBody want its body}, when that is through.
     * Gives the sender's place back.
     *
     * @param contentDigest the digest of the body, which was no longer than {@link Limits#MAX_MESSAGE_BYTES}
     * @param arrived when the last of it came
     */
    public HttpAnswer refuse(Admission.Admitted request, String contentDigest, Moment arrived) {
        try (request) {
            Refusal foreseen = request.foreseen.orElseThrow();
            Optional<RefusalCode> unproven = unproven(request, contentDigest, arrived);
            if (unproven.isPresent()) {
                return unsigned(unproven.get());
            }
            try {
                checkNew(request, arrived);
                throw new IllegalStateException("found no reason to refuse, expected " + foreseen);
            } catch (Refused refused) {
                return refuse(request, refused.why, arrived);
            }
        }
    }

    /** The answer to an admitted request whose body did not come within {@link Limits#REQUEST_ARRIVAL}. */
    public HttpAnswer bodyMissing() {
        return unsigned(RefusalCode.REQUEST_TIMEOUT);
    }

    /** The answer to an admitted request whose body is longer than {@link Limits#MAX_MESSAGE_BYTES}. */
    public HttpAnswer bodyTooLong() {
        return unsigned(RefusalCode.CONTENT_TOO_LARGE);
    }

    private static <K extends Enum<K>> Map<K, Long> sums(Class<K> type, Map<K, LongAdder> counters) {
        Map<K, Long> counts = new EnumMap<>(type);
        counters.forEach((key, count) -> counts.put(key, count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    private Admission authenticate(HttpRequestHead head, String networkId) {
        Optional<String> digest = head.fields()
                .only("Content-Digest")
                .filter(value -> DIGEST.matcher(value).matches());
        Optional<NetworkExchange> network = networks.apply(networkId);
        if (digest.isEmpty() || network.isEmpty()) {
            return refused(RefusalCode.UNAUTHENTICATED);
        }
        Optional<MessageSignature.OfRequest> signature = MessageSignature.OfRequest.read(
                head.method(), Messages.JSON, digest.get(), head.fields().all(MessageSignature.SIGNATURE_INPUT));
        if (signature.isEmpty()) {
            return refused(RefusalCode.UNAUTHENTICATED);
        }
        NetworkExchange.Identity identity = network.get().identity();
        return identity.config()
                .keys()
                .find(signature.get().nodeId(), signature.get().fingerprint())
                .filter(key -> signature.get().verify(key, head.fields().all(MessageSignature.SIGNATURE)))
                .map(key -> admitted(network.get(), identity, signature.get(), key, head.fields()))
                // Who is refused anyway asks plainly then, and is told why.
                .filter(sender -> sender.wantsBody() || !ContentCoding.isApplied(sender.fields))
                .<Admission>map(sender -> sender)
                .orElseGet(() -> refused(RefusalCode.UNAUTHENTICATED));
    }

    private Admission.Admitted admitted(
            NetworkExchange network,
            NetworkExchange.Identity identity,
            MessageSignature.OfRequest signature,
            Verifier key,
            HttpFields fields) {
        Moment now = Moment.now(clock);
        Peer peer = network.peer(signature.nodeId());
        // An old recorded head must not take its victim's place.
        Admission.Admitted.Expected expected = isInWindow(signature, now)
                ? enter(peer, signature, bodyBytes(fields), now)
                : Admission.Admitted.Expected.refused(Refusal.of(RefusalCode.CLOCK));
        return new Admission.Admitted(network, identity, signature, key, peer, fields, expected, now.monotonicNanos());
    }

    private Admission.Admitted.Expected enter(
            Peer peer, MessageSignature.OfRequest signature, int bodyBytes, Moment now) {
        return switch (peer.enter(signature, now.monotonicNanos())) {
            case Peer.Entry.Refused(Refusal why) -> Admission.Admitted.Expected.refused(why);
            case Peer.Entry.Admitted(Peer.Place place) -> {
                if (!bodies.take(peer, bodyBytes)) {
                    peer.leave(place);
                    yield Admission.Admitted.Expected.refused(Refusal.busy(BusyReason.MEMORY));
                }
                yield new Admission.Admitted.Expected(Optional.empty(), () -> {
                    bodies.giveBack(peer, bodyBytes);
                    peer.leave(place);
                });
            }
        };
    }

    /**
     * For how much of a body there must be room: of one whose length is not declared, for all that may come; of a
     * coded one for what may become of it.
     */
    private static int bodyBytes(HttpFields fields) {
        int bytes = fields.only("Content-Length")
                .filter(value -> DIGITS.matcher(value).matches())
                .map(Integer::parseInt)
                .orElse(Limits.MAX_MESSAGE_BYTES);
        return ContentCoding.isApplied(fields) ? ContentCoding.mostBytes(bytes) : bytes;
    }

    /** Why an admitted request proves nothing, now that its body is through. */
    private Optional<RefusalCode> unproven(Admission.Admitted request, String contentDigest, Moment arrived) {
        if (arrived.monotonicNanos() - request.sinceNanos > Limits.REQUEST_ARRIVAL.toNanos()) {
            return Optional.of(RefusalCode.REQUEST_TIMEOUT);
        }
        boolean proven = isStillMember(request) && contentDigest.equals(request.signature.contentDigest());
        return proven ? Optional.empty() : Optional.of(RefusalCode.UNAUTHENTICATED);
    }

    private boolean isStillMember(Admission.Admitted request) {
        return request.network.config().keys().of(request.sender()).contains(request.key);
    }

    /** Date, replay and limits; whatever was foreseen is refused. */
    private void checkNew(Admission.Admitted request, Moment arrived) throws Refused {
        MessageSignature.OfRequest signature = request.signature;
        Refusal foreseen = request.foreseen.orElse(null);
        if (!isInWindow(signature, arrived)) {
            throw new Refused(Refusal.of(RefusalCode.CLOCK));
        }
        if (foreseen != null && !usesNonceUp(foreseen)) {
            throw new Refused(request.peer.isKnown(signature) ? Refusal.REPLAY : foreseen);
        }
        Optional<Refusal> refusal = request.peer.use(signature, arrived);
        if (refusal.isPresent()) {
            throw new Refused(refusal.get());
        }
        request.prove();
        if (foreseen != null) {
            throw new Refused(foreseen);
        }
    }

    /** A copy must not use up the nonce of the request that it is a copy of, wherever that one is just now. */
    private static boolean usesNonceUp(Refusal foreseen) {
        return foreseen.code() == RefusalCode.BUSY
                && foreseen.busy() != BusyReason.COPIES
                && foreseen.busy() != BusyReason.MEMORY;
    }

    private static RequestBody checked(Admission.Admitted request, byte[] body) throws Refused {
        RequestBody said;
        try {
            said = RequestBody.decode(body);
        } catch (InvalidJsonException e) {
            throw new Refused(Refusal.of(RefusalCode.BAD_BODY));
        }
        if (!said.networkId().equals(request.networkId())) {
            throw new Refused(Refusal.of(RefusalCode.WRONG_NETWORK));
        }
        if (!said.sigId().equals(request.sender()) || said.sigId().equals(request.identity.nodeId())) {
            throw new Refused(Refusal.of(RefusalCode.WRONG_SENDER));
        }
        if (!said.to().equals(request.identity.nodeId())) {
            throw new Refused(Refusal.of(RefusalCode.WRONG_RECEIVER));
        }
        return said;
    }

    private HttpAnswer accept(Admission.Admitted request, RequestBody said, Moment arrived) {
        SharedStore store = request.network.store();
        MergeResult merged = request.network.merge(request.sender(), said.data(), arrived);
        request.network.asked(request.sender(), said.have());
        List<SignedNodeData> lacking = store.newerThan(said.have()).stream()
                .filter(entry -> !entry.raw().equals(brought(said, entry)))
                .toList();
        long sentAt = clock.wallMicros();
        ResponseBody empty = new ResponseBody(
                request.networkId(),
                request.identity.nodeId(),
                request.sender(),
                (arrived.wallMicros() - said.sendTimeMicros()) / MICROS_IN_MILLI,
                arrived.wallMicros(),
                sentAt,
                Messages.have(store),
                RawEntries.EMPTY,
                wireNames(merged.refused()),
                Optional.ofNullable(said.wanted())
                        .flatMap(wanted -> request.network
                                .accounts()
                                .toldTo(
                                        request.sender(),
                                        wanted,
                                        request.identity.signer(),
                                        request.network.config().keys()))
                        .orElse(null));
        IntSupplier budget = () -> Limits.MAX_MESSAGE_BYTES - empty.encode().length;
        // Names of what was refused are the sender's, and may be long.
        RawEntries sent = merged.refused().isEmpty()
                ? Delta.fit(lacking, request.identity.nodeId(), budget, random)
                : Delta.fit(lacking, request.identity.nodeId(), budget.getAsInt(), random);
        request.network.sent(request.sender(), lacking, sent);
        byte[] body = empty.with(sent).encode();
        request.peer.gotAnswer(body.length, arrived.monotonicNanos());
        accepted.increment();
        return sign(request, 200, Messages.JSON, body, sentAt);
    }

    private HttpAnswer refuse(Admission.Admitted request, Refusal refusal, Moment arrived) {
        RefusalCode code = refusal.code();
        Objects.requireNonNull(refusals.get(code)).increment();
        if (refusal.busy() != null) {
            Objects.requireNonNull(busy.get(refusal.busy())).increment();
        }
        long sentAt = clock.wallMicros();
        ProblemBody problem = new ProblemBody(
                code.wireName(),
                request.networkId(),
                request.identity.nodeId(),
                request.sender(),
                arrived.wallMicros(),
                sentAt);
        return sign(request, code.status(), Messages.PROBLEM, problem.encode(code), sentAt);
    }

    private static HttpAnswer sign(
            Admission.Admitted request, int status, String contentType, byte[] body, long sentAtMicros) {
        NetworkExchange.Identity identity = request.identity;
        MessageSignature.OfResponse signature = new MessageSignature.OfResponse(
                status,
                contentType,
                ContentDigest.of(body),
                request.signature,
                identity.nodeId(),
                identity.signer().verifier().fingerprint(),
                seconds(sentAtMicros));
        HttpFields fields = HttpFields.of(
                "Content-Type",
                contentType,
                "Content-Digest",
                signature.contentDigest(),
                MessageSignature.SIGNATURE_INPUT,
                signature.signatureInput(),
                MessageSignature.SIGNATURE,
                signature.sign(identity.signer()));
        HttpAnswer answer = new HttpAnswer(status, fields, body);
        return ContentCoding.isAccepted(request.fields) ? coded(answer) : answer;
    }

    private static HttpAnswer coded(HttpAnswer answer) {
        HttpFields fields = answer.fields().with(ContentCoding.ACCEPTED, ContentCoding.NAME);
        return ContentCoding.coded(answer.body())
                .map(body ->
                        new HttpAnswer(answer.status(), fields.with(ContentCoding.APPLIED, ContentCoding.NAME), body))
                .orElseGet(() -> new HttpAnswer(answer.status(), fields, answer.body()));
    }

    private boolean isInWindow(MessageSignature.OfRequest signature, Moment arrived) {
        long now = arrived.wallSeconds();
        // Our start as the clock of now would have shown it: one that was ahead then must not shut out everybody until
        // it is reached again.
        long upMicros = (arrived.monotonicNanos() - startedNanos) / NANOS_IN_MICRO;
        long started = seconds(arrived.wallMicros() - upMicros);
        return signature.created() >= Math.max(Limits.earliestCreatedSeconds(arrived), started)
                && signature.created() <= now + Limits.CLOCK_WINDOW_SECONDS;
    }

    private static @Nullable RawEntry brought(RequestBody said, SignedNodeData entry) {
        return said.data().wellFormed().get(entry.raw().sigId());
    }

    private static Map<String, String> wireNames(Map<String, EntryRefusal> refused) {
        Map<String, String> names = new LinkedHashMap<>();
        refused.forEach((key, why) -> names.put(key, why.wireName()));
        return names;
    }

    private static boolean isTooMuch(String contentLength) {
        return DIGITS.matcher(contentLength).matches()
                && (contentLength.length() > MAX_MESSAGE_DIGITS
                        || Integer.parseInt(contentLength) > Limits.MAX_MESSAGE_BYTES);
    }

    private Admission refused(RefusalCode code) {
        return new Admission.Refused(unsigned(code));
    }

    private HttpAnswer unsigned(RefusalCode code) {
        Objects.requireNonNull(refusals.get(code)).increment();
        return Messages.unsigned(code);
    }

    private static long seconds(long micros) {
        return Math.floorDiv(micros, EntryDate.SECOND_MICROS);
    }

    /** Ends the checks with a signed refusal. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Refusal why;

        Refused(Refusal why) {
            super(why.code().wireName(), null, false, false);
            this.why = why;
        }
    }
}
