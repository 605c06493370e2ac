package dev.difftop.benchmarks;

import dev.difftop.app.reference.bench.BenchCase;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The cases of {@code difftop bench engine}, one run of a plan at a time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EngineBenchmark {
  /** Which case. */
  @Param({
    "plan value+gradient B=1",
    "plan HVP B=1",
    "plan value+gradient B=32",
    "plan HVP B=32",
    "plan value+gradient B=256",
    "plan HVP B=256",
    "linear 512 forward B=1",
    "linear 512 forward+backward B=1",
    "linear 512 forward B=32",
    "linear 512 forward+backward B=32",
    "linear 512 forward B=256",
    "linear 512 forward+backward B=256",
    "linear 512 forward B=512",
    "linear 512 forward+backward B=512",
    "pixel encoder forward+backward B=256",
    "model update batch=256",
    "model update batch=512",
    "model update cpu size batch=256"
  })
  public String name;

  /** Threads of a run. */
  @Param({"1", "2"})
  public int threads;

  private BenchCase.Work work;

  /** Compiles the plan and fills its inputs. */
  @Setup
  public void prepare() {
    work = Cases.of("engine").prepare(name, threads);
  }

  /** One run. */
  @Benchmark
  public void run() {
    work.run();
  }

  /** Numbers of the last run. */
  double[] result() {
    return work.result();
  }

  /** Frees the plan. */
  @TearDown
  public void close() {
    work.close();
  }
}
