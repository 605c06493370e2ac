package dev.difftop.app.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or the end of the session, while a command runs: the command is asked to stop at its next
 * safe point, and the process waits until it has. Close it when everything is written and said.
 */
public final class Interruption implements AutoCloseable {
  /** Longest wait for a safe point. What is not written by then was written beside, not over. */
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean requested;

  private Interruption(Console console) {
    this.hook =
        new Thread(
            () -> {
              requested = true;
              console.say("difftop: stopping at the next safe point ...");
              awaitSafePoint();
            },
            "interruption");
  }

  /** Watches from now on. */
  public static Interruption watch(Console console) {
    Interruption interruption = new Interruption(console);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether to stop. */
  public boolean isRequested() {
    return requested;
  }

  private void awaitSafePoint() {
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    if (!requested) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
