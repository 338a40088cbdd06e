package io.distomon.core.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.distomon.core.exchange.Absence;
import io.distomon.core.json.InvalidJsonException;
import io.distomon.core.json.StrictJson;
import io.distomon.core.store.EntryDate;
import io.distomon.core.store.RawEntries;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@link Account} as JSON, which its teller signs: {@code network_id}, {@code teller}, {@code from} and {@code to}; in {@code
 * situation} by kind and subject {@code word} and {@code reason}; and {@code changes} with {@code time}, {@code kind}, {@code
 * subject}, {@code to}, {@code reason} and {@code since} each, those that are null left out. Of unknown members nobody takes
 * notice. It is no form of an entry, nor is an entry one of it.
 */
public final class AccountCodec {
    /** The longest, bytes: in base64 as long as the longest entry. */
    public static final int MAX_BYTES = RawEntries.MAX_PAYLOAD_CHARS / 4 * 3;

    /** Of so many states and changes at most one tells: each becomes a record. */
    static final int MOST_TOLD = 4_096;

    private AccountCodec() {}

    /** What is signed. */
    public static byte[] encode(Account account) {
        return StrictJson.write(json -> {
            json.writeStartObject();
            json.writeStringField("network_id", account.networkId());
            json.writeStringField("teller", account.teller());
            json.writeStringField("from", EntryDate.format(account.span().fromMicros()));
            json.writeStringField("to", EntryDate.format(account.span().toMicros()));
            json.writeFieldName("situation");
            account.situation().write(json);
            json.writeArrayFieldStart("changes");
            for (Change change : account.changes()) {
                write(json, change);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    /** How long a change becomes, bytes. */
    static int bytes(Change change) {
        return StrictJson.write(json -> write(json, change)).length + 1;
    }

    private static void write(JsonGenerator json, Change change) throws IOException {
        json.writeStartObject();
        json.writeStringField("time", EntryDate.format(change.timeMicros()));
        json.writeStringField("kind", change.subject().kind().word());
        json.writeStringField("subject", change.subject().name());
        json.writeStringField("to", change.to().word());
        if (change.to().reason() != null) {
            json.writeStringField("reason", change.to().reason());
        }
        if (change.sinceMicros() != null) {
            json.writeStringField("since", EntryDate.format(change.sinceMicros()));
        }
        json.writeEndObject();
    }

    /**
     * Reads a whole text.
     *
     * @throws InvalidJsonException when it is none, tells of what can't be, or its changes are not in their order within
     *     its span
     */
    public static Account decode(byte[] utf8) throws InvalidJsonException {
        if (utf8.length > MAX_BYTES) {
            throw new InvalidJsonException("found %s bytes, expected at most %s".formatted(utf8.length, MAX_BYTES));
        }
        Account account = StrictJson.parse(utf8, json -> {
            Draft draft = new Draft();
            json.object(name -> draft.read(name, json));
            return draft.finish();
        });
        check(account);
        return account;
    }

    private static void check(Account account) throws InvalidJsonException {
        int told = account.situation().states().size() + account.changes().size();
        if (told > MOST_TOLD) {
            throw new InvalidJsonException(
                    "found %s states and changes, expected at most %s".formatted(told, MOST_TOLD));
        }
        for (Map.Entry<Subject, State> so : account.situation().states().entrySet()) {
            check(account.networkId(), so.getKey(), so.getValue());
        }
        long last = account.span().fromMicros();
        for (Change change : account.changes()) {
            check(account.networkId(), change.subject(), change.to());
            if (change.timeMicros() < last
                    || change.timeMicros() > account.span().toMicros()) {
                throw new InvalidJsonException("found a change of %s, expected one after the one before it, until %s"
                        .formatted(
                                EntryDate.format(change.timeMicros()),
                                EntryDate.format(account.span().toMicros())));
            }
            last = change.timeMicros();
        }
    }

    private static void check(String networkId, Subject subject, State state) throws InvalidJsonException {
        if (!Account.isPossible(networkId, subject, state)) {
            throw new InvalidJsonException("found something of a %s that can't be, expected a state of it"
                    .formatted(subject.kind().word()));
        }
    }

    private static long date(StrictJson json, String name) throws InvalidJsonException, IOException {
        return EntryDate.parse(json.text()).orElseThrow(() -> new InvalidJsonException(name + " is no date"));
    }

    private static <T> T present(@Nullable T value, String name) throws InvalidJsonException {
        if (value == null) {
            throw new InvalidJsonException("found no %s of an account, expected one".formatted(name));
        }
        return value;
    }

    private static Change change(StrictJson json) throws InvalidJsonException, IOException {
        var told = new Object() {
            @Nullable
            Long time;

            @Nullable
            String kind;

            @Nullable
            String subject;

            @Nullable
            String to;

            @Nullable
            String reason;

            @Nullable
            Long since;
        };
        json.object(name -> {
            switch (name) {
                case "time" -> told.time = date(json, name);
                case "kind" -> told.kind = json.text();
                case "subject" -> told.subject = json.text();
                case "to" -> told.to = json.textIfAtMost(State.MAX_WORD_BYTES);
                case "reason" -> told.reason = json.textOrNull();
                case "since" -> told.since = date(json, name);
                default -> json.drop();
            }
        });
        Optional<Kind> kind = Kind.of(present(told.kind, "kind"));
        return new Change(
                present(told.time, "time"),
                new Subject(
                        kind.orElseThrow(() -> new InvalidJsonException("found an unknown kind of change")),
                        present(told.subject, "subject")),
                new State(present(told.to, "to"), told.reason),
                told.since);
    }

    /** An account as far as it was read. */
    private static final class Draft {
        private @Nullable String networkId;
        private @Nullable String teller;
        private @Nullable Long from;
        private @Nullable Long to;
        private @Nullable Situation situation;
        private @Nullable List<Change> changes;

        void read(String name, StrictJson json) throws InvalidJsonException, IOException {
            switch (name) {
                case "network_id" -> networkId = json.text();
                case "teller" -> teller = json.text();
                case "from" -> from = date(json, name);
                case "to" -> to = date(json, name);
                case "situation" -> situation = Situation.read(json);
                case "changes" -> {
                    List<Change> read = new ArrayList<>();
                    json.list(MOST_TOLD, () -> read.add(change(json)));
                    changes = read;
                }
                default -> json.drop();
            }
        }

        Account finish() throws InvalidJsonException {
            long begins = present(from, "from");
            long ends = present(to, "to");
            if (begins >= ends) {
                throw new InvalidJsonException("found an end that is not after the beginning, expected a later one");
            }
            return new Account(
                    present(networkId, "network_id"),
                    present(teller, "teller"),
                    new Absence(begins, ends),
                    present(situation, "situation"),
                    present(changes, "changes"));
        }
    }
}
