package acme.parts;

import dev.difftop.api.Cost;
import dev.difftop.api.CostProvider;
import dev.difftop.api.DataException;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.config.Doc;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;

public final class FailingProvider implements CostProvider<FailingProvider.Config> {
  enum How {
    ILLEGAL_ARGUMENT,
    NULL_POINTER,
    NO_CLASS,
    BAD_FILE
  }

  record Config(@Doc("how its constructor fails") How how) {}

  static final class Failing implements Cost {
    @Inject
    Failing(Config config) {
      switch (config.how()) {
        case ILLEGAL_ARGUMENT -> throw new IllegalArgumentException("weights: found 2, expected 3");
        case NULL_POINTER -> throw new NullPointerException("nothing here");
        case NO_CLASS -> throw new NoClassDefFoundError("acme/Gone");
        case BAD_FILE -> throw new DataException("TRUNCATED", "a.hdf5", "is cut short", null);
      }
    }

    @Override
    public Tensor stage(Stage at) {
      return Tensor.constant(0);
    }

    @Override
    public Terminal terminal(Point at) {
      return Terminal.none();
    }
  }

  @Override
  public String name() {
    return "failing";
  }

  @Override
  public String summary() {
    return "fails when it is made";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Cost> implementation() {
    return Failing.class;
  }
}
