package io.distomon.core.exchange;

import io.distomon.core.json.InvalidJsonException;
import java.util.List;

/** Anything as the body of a request, an answer or a refusal. */
public final class MessageFuzz {
    private static final List<Shape> SHAPES = List.of(
            input -> RequestBody.decode(input).encode(),
            input -> ResponseBody.decode(input).encode(),
            ProblemBody::decode);

    private MessageFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        takes(input);
    }

    /** Whether it is taken as any; it is refused otherwise. */
    public static boolean takes(byte[] input) {
        boolean taken = false;
        for (Shape shape : SHAPES) {
            try {
                shape.read(input);
                taken = true;
            } catch (InvalidJsonException e) {
                if (e.getMessage() == null || e.getMessage().isBlank()) {
                    throw new AssertionError("a refusal without a reason", e);
                }
            }
        }
        return taken;
    }

    private interface Shape {
        Object read(byte[] input) throws InvalidJsonException;
    }
}
