package dev.difftop.api.concurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  @Test
  void assignedJobsBelongToThreadsByNumber() {
    WorkerPool pool = new WorkerPool(3);
    for (int round = 0; round < 200; round++) {
      Thread[] by = new Thread[8];
      pool.assign(8, j -> by[j] = Thread.currentThread());
      assertSame(Thread.currentThread(), by[0], "the caller is thread 0");
      assertSame(by[0], by[6]);
      assertSame(by[1], by[4]);
      assertSame(by[2], by[5]);
      assertEquals(3, Set.of(by[0], by[1], by[2]).size());
    }
  }

  @Test
  void everyJobIsDoneOnceWhateverTheNumberOfThreads() {
    for (int threads : new int[] {1, 2, 5}) {
      WorkerPool pool = new WorkerPool(threads);
      for (int count : new int[] {0, 1, 2, 7}) {
        AtomicIntegerArray done = new AtomicIntegerArray(7);
        pool.assign(count, done::incrementAndGet);
        pool.share(count, (job, thread) -> done.addAndGet(job, 10));
        int[] expected = new int[7];
        Arrays.fill(expected, 0, count, 11);
        int[] found = new int[7];
        Arrays.setAll(found, done::get);
        assertArrayEquals(expected, found, threads + " threads, " + count + " jobs");
      }
    }
  }

  @Test
  void togetherRunsAllAtTheSameTime() {
    WorkerPool pool = new WorkerPool(3);
    SpinBarrier barrier = new SpinBarrier(3);
    int[] order = new int[3];
    for (int round = 0; round < 100; round++) {
      pool.together(
          thread -> {
            order[thread]++;
            barrier.await();
            assertEquals(order[thread], order[(thread + 1) % 3]);
            barrier.await();
          });
    }
    assertArrayEquals(new int[] {100, 100, 100}, order);
  }

  @Test
  void aFreeThreadTakesTheNextSharedJob() {
    WorkerPool pool = new WorkerPool(2);
    int[] threads = new int[50];
    CountDownLatch rest = new CountDownLatch(49);
    pool.share(
        50,
        (job, thread) -> {
          threads[job] = thread;
          if (job == 0) {
            await(rest);
          }
          rest.countDown();
        });
    for (int j = 1; j < 50; j++) {
      assertEquals(1 - threads[0], threads[j], "the thread that does not wait");
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
  void whatAJobThrowsIsThrownAndThePoolCanBeUsedAgain() {
    WorkerPool pool = new WorkerPool(2);
    for (int bad : new int[] {0, 1}) {
      assertEquals("job " + bad, message(() -> pool.assign(4, j -> failAt(bad, j))));
      assertEquals("job " + bad, message(() -> pool.share(4, (j, thread) -> failAt(bad, j))));
      assertEquals("job " + bad, message(() -> pool.together(j -> failAt(bad, j))));
    }
    int[] done = new int[4];
    pool.assign(4, j -> done[j] = 1);
    assertArrayEquals(new int[] {1, 1, 1, 1}, done);
  }

  private static void failAt(int bad, int job) {
    if (job == bad) {
      throw new IllegalStateException("job " + job);
    }
  }

  private static String message(Runnable run) {
    return assertThrows(IllegalStateException.class, run::run).getMessage();
  }

  @Test
  void aJobMayUseAnotherPoolButNotItsOwn() {
    WorkerPool pool = new WorkerPool(2);
    AtomicIntegerArray done = new AtomicIntegerArray(4);
    pool.assign(2, j -> new WorkerPool(2).assign(2, k -> done.incrementAndGet(2 * j + k)));
    for (int i = 0; i < 4; i++) {
      assertEquals(1, done.get(i));
    }
    String own = message(() -> pool.assign(1, j -> pool.assign(1, k -> {})));
    assertTrue(own.contains("in use"), own);
  }

  @Test
  void threadsAreDaemonsThatPoolsShare() {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 50; i++) {
      new WorkerPool(2).together(thread -> seen.add(Thread.currentThread()));
    }
    seen.remove(Thread.currentThread());
    assertTrue(seen.stream().allMatch(Thread::isDaemon));
    assertTrue(seen.size() < 50, "a thread for every pool");
  }

  @Test
  void refusesFewerThreadsThanOne() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0))
            .getMessage()
            .contains("found 0 threads, expected 1 or more"));
    assertThrows(IllegalArgumentException.class, () -> new SpinBarrier(0));
  }
}
