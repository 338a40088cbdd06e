package io.distomon.core.crypto;

import java.util.List;

/** What a message signature signs (RFC 9421 section 2.5). */
public final class SignatureBase {
    private SignatureBase() {}

    /**
     * One covered component.
     *
     * @param identifier its serialised identifier, name in quotes and parameters: {@code "@method";req}
     * @param value its canonical value, ASCII
     */
    public record Component(String identifier, String value) {}

    /**
     * One line for each component and one for the parameters.
     *
     * @param params the serialised inner list and its parameters: {@code ("@method");created=1}
     */
    public static String of(List<Component> components, String params) {
        StringBuilder base = new StringBuilder(512);
        for (Component component : components) {
            base.append(component.identifier())
                    .append(": ")
                    .append(component.value())
                    .append('\n');
        }
        return base.append("\"@signature-params\": ").append(params).toString();
    }
}
