package dev.difftop.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Point;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Profile;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a solver of many small steps promises for control loops: once everything is compiled, a
 * solve allocates as much with twice as many iterations. The virtual machine counts the bytes of
 * the solving thread; what the plans of the interpreter allocate is taken off, since an engine's
 * plans allocate nothing.
 */
public abstract class AllocationContract {
  private static final int FEW = 6;
  private static final int WARM_UPS = 3;
  private static final int BATCH = 10;
  private static final int HORIZON = 5;

  /** Bytes: less than one object per iteration. */
  private static final long SLACK = 8 * FEW;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Bytes that asking allocates by itself. */
  private static final long COUNTING = -now() + now();

  /**
   * A solver on one thread that goes on for so many iterations on a problem where Newton's method
   * gets nearer by a third at a time.
   */
  protected abstract Solver solver(Engine engine, int maxIterations);

  @Test
  void iterationsAllocateNothing() {
    Problem problem = slow();
    long few = allocated(problem, FEW);
    long many = allocated(problem, 2 * FEW);
    assertTrue(few > 0, "a solution has been allocated");
    assertTrue(
        Math.abs(many - few) < SLACK,
        "%d iterations: %d bytes, %d iterations: %d".formatted(FEW, few, 2 * FEW, many));
  }

  private long allocated(Problem problem, int iterations) {
    Counting engine = new Counting();
    Array guess = problem.zeroGuess();
    guess.fill(1);
    try (Solver solver = solver(engine, iterations)) {
      for (int i = 0; i < WARM_UPS; i++) {
        solver.solve(problem, guess);
      }
      engine.bytes = 0;
      long before = now();
      Solution solution = solver.solve(problem, guess);
      long all = now() - before - COUNTING;
      for (int b = 0; b < BATCH; b++) {
        assertEquals(iterations, solution.iterations()[b], "sample " + b + " goes on to the limit");
      }
      return all - engine.bytes;
    }
  }

  private static long now() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  // ------------------------------------------------------------------ problem

  private static Problem slow() {
    Array x0 = Array.zeros(DType.FLOAT64, Shape.of(BATCH, 1));
    for (int b = 0; b < BATCH; b++) {
      x0.set(b, 1 + 0.1 * b);
    }
    Array low = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
    Array high = Array.zeros(DType.FLOAT64, Shape.of(HORIZON, 1));
    low.fill(-9);
    high.fill(9);
    ProblemSpec spec = new ProblemSpec(new Sum(), new Quartic(), HORIZON, 1);
    return new Problem(spec, DType.FLOAT64, x0, low, high, Map.of(), Map.of());
  }

  private static final class Sum implements Dynamics {
    @Override
    public void declare(Declarations declare) {}

    @Override
    public int stateSize() {
      return 1;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return at.x().plus(at.u());
    }
  }

  /** Fourth powers, whose second derivatives vanish at the minimum. */
  private static final class Quartic implements Cost {
    @Override
    public void declare(Declarations declare) {}

    @Override
    public Tensor stage(Stage at) {
      return at.u().square().square().sum(1);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.of(at.x().minus(0.5).square().square().sum(1));
    }
  }

  // ------------------------------------------------------------------ engine

  /** The interpreter, with the bytes that its runs have allocated. */
  private static final class Counting implements Engine {
    private final Interpreter interpreter = new Interpreter();
    private long bytes;

    @Override
    public CompiledProgram compile(Program program, int batch, DType dtype, int threads) {
      return new CountingPlan(interpreter.compile(program, batch, dtype, threads));
    }

    @Override
    public Array allocate(DType dtype, Shape shape) {
      return interpreter.allocate(dtype, shape);
    }

    @Override
    public boolean owns(Array array) {
      return interpreter.owns(array);
    }

    private final class CountingPlan implements CompiledProgram {
      private final CompiledProgram plan;

      CountingPlan(CompiledProgram plan) {
        this.plan = plan;
      }

      @Override
      public void run() {
        long before = now();
        plan.run();
        bytes += now() - before + COUNTING;
      }

      @Override
      public Program program() {
        return plan.program();
      }

      @Override
      public int batch() {
        return plan.batch();
      }

      @Override
      public DType dtype() {
        return plan.dtype();
      }

      @Override
      public Array input(int input) {
        return plan.input(input);
      }

      @Override
      public void bind(int input, Array array) {
        plan.bind(input, array);
      }

      @Override
      public Array output(int output) {
        return plan.output(output);
      }

      @Override
      public long memoryBytes() {
        return plan.memoryBytes();
      }

      @Override
      public long operationCount() {
        return plan.operationCount();
      }

      @Override
      public String dump() {
        return plan.dump();
      }

      @Override
      public Profile profile(int runs) {
        return plan.profile(runs);
      }

      @Override
      public void close() {
        plan.close();
      }
    }
  }
}
