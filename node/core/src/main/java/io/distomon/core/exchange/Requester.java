package io.distomon.core.exchange;

import io.distomon.core.Clock;
import io.distomon.core.crypto.ContentDigest;
import io.distomon.core.crypto.MessageSignature;
import io.distomon.core.crypto.Verifier;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.MergeResult;
import io.distomon.core.store.PingData;
import io.distomon.core.store.RawEntries;
import io.distomon.core.store.RawEntry;
import io.distomon.core.store.SharedStore;
import io.distomon.core.store.SignedNodeData;
import io.distomon.core.topology.Member;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The asking side of an exchange in one network. Nothing of an answer reaches the store before all checks have passed.
 * Safe for use by many threads.
 */
public final class Requester {
    private static final Pattern TRAILING_SLASHES = Pattern.compile("/+$");
    private static final Pattern REFUSAL_CODE = Pattern.compile("[a-z0-9_]{1,64}");

    /** RFC 6585 section 4, RFC 9110 sections 15.6.3 to 15.6.5. */
    private static final Set<Integer> PROXY_STATUSES = Set.of(429, 502, 503, 504);

    private static final int NONCE_BYTES = 16;
    private static final double MICROS_IN_MILLI = 1_000;
    private static final double NANOS_IN_MILLI = 1_000_000;

    private final NetworkExchange network;
    private final Clock clock;
    private final RandomGenerator random;

    /** @param random makes nonces, so a {@link java.security.SecureRandom} everywhere but in a simulation */
    public Requester(NetworkExchange network, Clock clock, RandomGenerator random) {
        this.network = network;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Makes a request; a new one for every attempt, as an answer to one is none to another. Send it at once: the round
     * trip counts from here.
     *
     * @param nodeId whom to ask
     * @return empty when that is no member, or a passive one
     */
    public Optional<OutgoingRequest> prepare(String nodeId) {
        NetworkExchange.Identity identity = network.identity();
        return identity.config().members().stream()
                .filter(member -> member.nodeId().equals(nodeId))
                .findFirst()
                .map(Member::url)
                .map(url -> prepare(identity, nodeId, url));
    }

    /** Likewise, shorter on the way as far as the peer is known to understand it; see {@link ContentCoding}. */
    public Optional<OutgoingRequest> prepareCoded(String nodeId) {
        return prepare(nodeId).map(request -> switch (network.peer(nodeId).coding(request.sent.monotonicNanos())) {
            case NONE -> request;
            case OF_ANSWERS -> accepting(request);
            case OF_BOTH -> coded(accepting(request));
        });
    }

    /**
     * Judges an answer, and takes what it brings.
     *
     * @param arrived when its last byte came
     */
    public Conclusion conclude(OutgoingRequest request, HttpAnswer answer, Moment arrived) {
        Conclusion conclusion = judge(request, answer, arrived);
        Peer peer = network.peer(request.peer());
        switch (conclusion) {
            case Conclusion.Counted counted -> {
                peer.takesCoded(ContentCoding.isAccepted(answer.fields()));
                if (isCoded(request, answer)) {
                    peer.codedArrived();
                }
            }
            case Conclusion.Discarded discarded -> {
                if (isCoded(request, answer)) {
                    peer.codedInVain(arrived.monotonicNanos());
                } else if (hasCoding(request, answer)) {
                    peer.codedLost(arrived.monotonicNanos());
                }
            }
        }
        return conclusion;
    }

    /** Takes note that a request was on its way on a connection, and no whole answer came back on that. */
    public void unanswered(OutgoingRequest request) {
        if (ContentCoding.isAccepted(request.fields())) {
            network.peer(request.peer()).codedLost(clock.monotonicNanos());
        }
    }

    /** Whether an answer that does not count may be one because of the {@link ContentCoding}: the next request has none. */
    public static boolean isCoded(OutgoingRequest request, HttpAnswer answer) {
        return !isOfAProxy(answer) && hasCoding(request, answer);
    }

    /** Whether something on the way says that it is overloaded, or can't reach the peer, as while that is started anew. */
    private static boolean isOfAProxy(HttpAnswer answer) {
        return PROXY_STATUSES.contains(answer.status()) && !answer.fields().has(MessageSignature.SIGNATURE);
    }

    private static boolean hasCoding(OutgoingRequest request, HttpAnswer answer) {
        return ContentCoding.isApplied(request.fields())
                || (ContentCoding.isAccepted(request.fields())
                        && (answer.fields().has(ContentCoding.APPLIED) || ContentCoding.looksCoded(answer.body())));
    }

    private static OutgoingRequest accepting(OutgoingRequest request) {
        return request.as(request.fields().with(ContentCoding.ACCEPTED, ContentCoding.NAME), request.body());
    }

    private static OutgoingRequest coded(OutgoingRequest request) {
        return ContentCoding.coded(request.body())
                .map(body -> request.as(request.fields().with(ContentCoding.APPLIED, ContentCoding.NAME), body))
                .orElse(request);
    }

    private Conclusion judge(OutgoingRequest request, HttpAnswer came, Moment arrived) {
        HttpAnswer answer = came;
        try {
            answer = decoded(request, came);
            authenticate(request, answer);
            return answer.status() == 200
                    ? accepted(request, ResponseBody.decode(answer.body()), arrived)
                    : refused(request, ProblemBody.decode(answer.body()), arrived);
        } catch (InvalidJsonException e) {
            return discarded(answer, AnswerFault.BODY);
        } catch (Faulty faulty) {
            return discarded(answer, faulty.fault);
        }
    }

    private OutgoingRequest prepare(NetworkExchange.Identity identity, String nodeId, URI url) {
        Moment now = Moment.now(clock);
        SharedStore store = network.store();
        RequestBody empty = new RequestBody(
                identity.networkId(),
                identity.nodeId(),
                nodeId,
                now.wallMicros(),
                Messages.have(store),
                RawEntries.EMPTY,
                network.accounts().wantedOf(nodeId, network.pollRate(nodeId)).orElse(null));
        List<SignedNodeData> lacking = network.toPush(nodeId, now.monotonicNanos());
        RawEntries data =
                Delta.fit(lacking, identity.nodeId(), () -> Limits.MAX_MESSAGE_BYTES - empty.encode().length, random);
        network.pushed(nodeId, lacking, data);
        byte[] body = empty.with(data).encode();
        MessageSignature.OfRequest signature = new MessageSignature.OfRequest(
                "POST",
                Messages.JSON,
                ContentDigest.of(body),
                identity.nodeId(),
                identity.signer().verifier().fingerprint(),
                Math.floorDiv(now.wallMicros(), EntryDate.SECOND_MICROS),
                nonce());
        HttpFields fields = HttpFields.of(
                "Accept-Encoding",
                "identity",
                "Content-Type",
                Messages.JSON,
                "Content-Digest",
                signature.contentDigest(),
                MessageSignature.SIGNATURE_INPUT,
                signature.signatureInput(),
                MessageSignature.SIGNATURE,
                signature.sign(identity.signer()));
        URI uri =
                URI.create(TRAILING_SLASHES.matcher(url.toString()).replaceFirst("") + "/mon/" + identity.networkId());
        return new OutgoingRequest(nodeId, uri, fields, body, signature, now);
    }

    /** As it was signed, if the request takes the coding that it has. */
    private static HttpAnswer decoded(OutgoingRequest request, HttpAnswer answer) throws Faulty {
        if (!ContentCoding.isAccepted(request.fields()) || !ContentCoding.isApplied(answer.fields())) {
            return answer;
        }
        try {
            return new HttpAnswer(
                    answer.status(),
                    answer.fields().without(ContentCoding.APPLIED),
                    ContentCoding.decoded(answer.body()));
        } catch (ContentCoding.Undecodable e) {
            throw new Faulty(e.isTooLong() ? AnswerFault.SIZE : AnswerFault.DIGEST);
        }
    }

    private void authenticate(OutgoingRequest request, HttpAnswer answer) throws Faulty {
        HttpFields fields = answer.fields();
        check(answer.body().length <= Limits.MAX_MESSAGE_BYTES, AnswerFault.SIZE);
        check(
                fields.has(MessageSignature.SIGNATURE_INPUT) && fields.has(MessageSignature.SIGNATURE),
                AnswerFault.UNSIGNED);
        String contentType = answer.status() == 200 ? Messages.JSON : Messages.PROBLEM;
        check(
                fields.isExactly("Content-Type", contentType) && !fields.has("Content-Encoding"),
                AnswerFault.CONTENT_TYPE);
        String digest = ContentDigest.of(answer.body());
        MessageSignature.OfResponse signature = MessageSignature.OfResponse.read(
                        answer.status(),
                        contentType,
                        digest,
                        request.signature,
                        fields.all(MessageSignature.SIGNATURE_INPUT))
                .orElseThrow(() -> new Faulty(AnswerFault.COMPONENTS));
        check(signature.nodeId().equals(request.peer()), AnswerFault.SENDER);
        Verifier key = network.config()
                .keys()
                .find(signature.nodeId(), signature.fingerprint())
                .orElseThrow(() -> new Faulty(AnswerFault.KEY));
        check(fields.isExactly("Content-Digest", digest), AnswerFault.DIGEST);
        check(signature.verify(key, fields.all(MessageSignature.SIGNATURE)), AnswerFault.SIGNATURE);
    }

    private Conclusion accepted(OutgoingRequest request, ResponseBody said, Moment arrived) throws Faulty {
        checkNames(request, said.networkId(), said.sigId(), said.to());
        MergeResult merged = network.merge(request.peer(), said.storeData(), arrived);
        network.answered(request.peer(), said.have());
        tellOfThePast(request.peer(), said.account());
        return new Conclusion.Counted(
                measured(request, said.receivedAtMicros(), said.sentAtMicros(), arrived, Optional.empty()),
                merged,
                said.refused());
    }

    private void tellOfThePast(String peer, @Nullable RawEntry account) {
        Optional<byte[]> told = account == null ? Optional.empty() : network.verified(account);
        if (account != null && told.isPresent()) {
            network.accounts().told(peer, told.get(), account);
        } else {
            network.accounts().toldNothing(peer);
        }
    }

    private Conclusion refused(OutgoingRequest request, ProblemBody said, Moment arrived) throws Faulty {
        checkNames(request, said.networkId(), said.sigId(), said.to());
        // It goes into our signed entry: a peer does not choose more of that than a code, and none that tells of a
        // failure.
        boolean isCode = REFUSAL_CODE.matcher(said.error()).matches() && !PingData.FAILURES.contains(said.error());
        String code = isCode ? said.error() : "refused";
        return new Conclusion.Counted(
                measured(request, said.receivedAtMicros(), said.sentAtMicros(), arrived, Optional.of(code)),
                MergeResult.NOTHING,
                Map.of());
    }

    private void checkNames(OutgoingRequest request, String networkId, String sigId, String to) throws Faulty {
        check(networkId.equals(network.store().networkId()), AnswerFault.NETWORK);
        check(sigId.equals(request.peer()), AnswerFault.SIG_ID);
        check(to.equals(request.signature.nodeId()), AnswerFault.TO);
    }

    private PollResult.Answered measured(
            OutgoingRequest request, long receivedAt, long sentAt, Moment arrived, Optional<String> refusal) {
        Moment sent = request.sent;
        double wholeMillis = (arrived.monotonicNanos() - sent.monotonicNanos()) / NANOS_IN_MILLI;
        // A peer whose clock was set in between may claim any span: never more than all of it, never less than none.
        double rttMillis = Math.max(0, wholeMillis - Math.max(0, (sentAt - receivedAt) / MICROS_IN_MILLI));
        double outboundMillis = (receivedAt - sent.wallMicros()) / MICROS_IN_MILLI;
        double inboundMillis = (arrived.wallMicros() - sentAt) / MICROS_IN_MILLI;
        network.peer(request.peer()).measured(new ClockOffset((outboundMillis - inboundMillis) / 2, rttMillis / 2));
        return new PollResult.Answered(rttMillis, outboundMillis, refusal.orElse(null));
    }

    private String nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    private static Conclusion discarded(HttpAnswer answer, AnswerFault fault) {
        PollError error = fault == AnswerFault.UNSIGNED && answer.status() == 401
                ? PollError.UNAUTHENTICATED
                : PollError.BAD_ANSWER;
        return new Conclusion.Discarded(new PollResult.Failed(error), fault);
    }

    private static void check(boolean holds, AnswerFault fault) throws Faulty {
        if (!holds) {
            throw new Faulty(fault);
        }
    }

    /** Ends the checks of an answer. */
    private static final class Faulty extends Exception {
        private static final long serialVersionUID = 1;

        private final AnswerFault fault;

        Faulty(AnswerFault fault) {
            super(fault.reason(), null, false, false);
            this.fault = fault;
        }
    }
}
