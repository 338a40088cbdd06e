package io.distomon.operator.validate;

/**
 * One entry of somebody else's Secret in the network's namespace.
 *
 * @param secretName of the Secret
 * @param key of the entry
 */
public record SecretEntry(String secretName, String key) {}
