package dev.difftop.app.cli.console;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process when the one that started it ends, however that happens: the starter holds the
 * other end of the pipe on standard input. Ending takes the way of Ctrl-C, so a run stops at its
 * next safe point. Asked for with {@code -Ddifftop.supervised=true}.
 */
public final class Supervision {
  private static final int TERMINATED = 128 + 15;

  private Supervision() {}

  /** Watches standard input, if asked for. */
  public static void watchIfAsked() {
    if (Boolean.getBoolean("difftop.supervised")) {
      Thread thread = new Thread(Supervision::awaitEnd, "supervision");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void awaitEnd() {
    InputStream in = System.in;
    try {
      while (in.read() >= 0) {
        // What the starter writes means nothing; that it can write does.
      }
    } catch (IOException e) {
      // A broken pipe is the end of the pipe.
      System.exit(TERMINATED);
    }
    System.exit(TERMINATED);
  }
}
