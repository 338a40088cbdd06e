package io.distomon.core.store;

/** How many entries somebody may bring in vain: each may cost a signature to verify, whoever is said to have made it. */
public interface Patience {
    /** With whoever is trusted, or can't repeat it. */
    Patience ENDLESS = new Patience() {
        @Override
        public boolean isAtAnEnd() {
            return false;
        }

        @Override
        public void inVain() {}
    };

    /** Whether no more is judged. */
    boolean isAtAnEnd();

    /** An entry was judged, and not taken. */
    void inVain();
}
