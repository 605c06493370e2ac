package acme.parts;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.program.Engine;
import dev.difftop.api.EngineProvider;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Program;
import jakarta.inject.Inject;

public final class IdleProvider implements EngineProvider<IdleProvider.Config> {
  record Config() {}

  static final class Idle implements Engine {
    @Inject
    Idle(Config config) {}

    @Override
    public CompiledProgram compile(Program program, int batch, DType dtype, int threads) {
      throw new UnsupportedOperationException("an engine for tests of assembly only");
    }

    @Override
    public Array allocate(DType dtype, Shape shape) {
      return Array.zeros(dtype, shape);
    }

    @Override
    public boolean owns(Array array) {
      return true;
    }
  }

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String summary() {
    return "computes nothing";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Engine> implementation() {
    return Idle.class;
  }
}
