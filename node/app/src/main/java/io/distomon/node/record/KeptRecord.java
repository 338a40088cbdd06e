package io.distomon.node.record;

import io.distomon.core.record.FlightRecord;
import io.distomon.core.store.RawEntry;
import java.util.Map;

/**
 * A record as the API gives it.
 *
 * @param hash the SHA-256 of its canonical bytes, which the next one holds
 * @param entries the signed entries that it rests on, by signer; empty when they were not asked for
 */
public record KeptRecord(FlightRecord record, String hash, Map<String, RawEntry> entries) {}
