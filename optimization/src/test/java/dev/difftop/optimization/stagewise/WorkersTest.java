package dev.difftop.optimization.stagewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void jobsBelongToThreadsByNumber() {
    try (Workers workers = new Workers(3)) {
      for (int round = 0; round < 200; round++) {
        Thread[] by = new Thread[8];
        workers.run(8, j -> by[j] = Thread.currentThread());
        assertSame(Thread.currentThread(), by[0], "the caller does its share");
        assertSame(by[1], by[4]);
        assertSame(by[2], by[5]);
        assertEquals(3, java.util.Set.of(by[0], by[1], by[2]).size());
      }
    }
  }

  @Test
  void fewerJobsThanThreadsAndNone() {
    try (Workers workers = new Workers(4)) {
      int[] done = new int[2];
      workers.run(2, j -> done[j]++);
      workers.run(0, j -> done[0] = 99);
      assertEquals(1, done[0]);
      assertEquals(1, done[1]);
    }
  }

  @Test
  void whoIsDoneTakesTheNextJob() {
    try (Workers workers = new Workers(2)) {
      Thread[] by = new Thread[50];
      int[] numbers = new int[50];
      CountDownLatch rest = new CountDownLatch(49);
      workers.share(
          50,
          (j, thread) -> {
            by[j] = Thread.currentThread();
            numbers[j] = thread;
            if (j == 0) {
              await(rest);
            }
            rest.countDown();
          });
      for (int j = 1; j < 50; j++) {
        assertSame(by[1], by[j], "whoever is not held up");
        assertEquals(1 - numbers[0], numbers[j]);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatAJobThrowsIsThrown() {
    try (Workers workers = new Workers(2)) {
      for (int bad : new int[] {0, 1}) {
        IllegalStateException thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.run(
                        4,
                        j -> {
                          if (j == bad) {
                            throw new IllegalStateException("job " + j);
                          }
                        }));
        assertEquals("job " + bad, thrown.getMessage());
      }
      int[] done = new int[4];
      workers.run(4, j -> done[j] = 1);
      assertEquals(1, done[3], "goes on after a failure");
    }
  }
}
