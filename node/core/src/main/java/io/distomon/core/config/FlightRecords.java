package io.distomon.core.config;

/** Where a node's flight recorder keeps its files: known here, so that who gives a node its directories knows it too. */
public final class FlightRecords {
    /** The directory's name, in a config directory. */
    public static final String DIRECTORY = ".flight_records";

    private FlightRecords() {}
}
