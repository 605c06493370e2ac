package dev.difftop.testkit;

import dev.difftop.api.EngineProvider;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import jakarta.inject.Inject;

/** The reference engine keeps the contract that it judges others by. */
class InterpreterTest extends EngineContract<InterpreterTest.NoSettings> {
  record NoSettings() {}

  static final class Injected implements Engine {
    private final Interpreter interpreter = new Interpreter();

    @Inject
    Injected(NoSettings settings) {}

    @Override
    public CompiledProgram compile(Program program, int batch, DType dtype, int threads) {
      return interpreter.compile(program, batch, dtype, threads);
    }

    @Override
    public Array allocate(DType dtype, Shape shape) {
      return interpreter.allocate(dtype, shape);
    }

    @Override
    public boolean owns(Array array) {
      return interpreter.owns(array);
    }
  }

  /** Offers the interpreter. */
  public static final class InterpreterProvider implements EngineProvider<NoSettings> {
    @Override
    public String name() {
      return "interpreter";
    }

    @Override
    public String summary() {
      return "evaluates programs tensor by tensor in plain Java";
    }

    @Override
    public Class<NoSettings> configType() {
      return NoSettings.class;
    }

    @Override
    public Class<? extends Engine> implementation() {
      return Injected.class;
    }
  }

  @Override
  protected EngineProvider<NoSettings> provider() {
    return new InterpreterProvider();
  }

  @Override
  protected NoSettings config() {
    return new NoSettings();
  }
}
