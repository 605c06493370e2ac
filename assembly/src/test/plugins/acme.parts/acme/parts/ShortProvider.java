package acme.parts;

import dev.difftop.api.array.Array;
import dev.difftop.api.Deadline;
import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Solution;
import dev.difftop.api.Solver;
import dev.difftop.api.SolverProvider;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import jakarta.inject.Inject;
import java.util.Optional;

public final class ShortProvider implements SolverProvider<ShortProvider.Config> {
  record Config(
      @Doc("longest horizon it takes") @Range(min = 1) @Default("10") int longest,
      @Doc("stop below this") @Range(min = 0, open = true) @Default("1e-8") double tolerance) {}

  static final class Short implements Solver {
    private final Config config;

    @Inject
    Short(Config config) {
      this.config = config;
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      throw new UnsupportedOperationException("a part for tests of assembly only");
    }

    @Override
    public Optional<String> refusal(ProblemSpec spec) {
      return spec.horizon() > config.longest()
          ? Optional.of("a horizon of " + spec.horizon() + " is too long")
          : Optional.empty();
    }
  }

  @Override
  public String name() {
    return "short";
  }

  @Override
  public String summary() {
    return "takes short horizons only";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return Short.class;
  }
}
