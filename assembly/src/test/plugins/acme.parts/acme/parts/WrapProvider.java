package acme.parts;

import dev.difftop.api.array.Array;
import dev.difftop.api.Chosen;
import dev.difftop.api.Deadline;
import dev.difftop.api.Parts;
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

public final class WrapProvider implements SolverProvider<WrapProvider.Config> {
  record Config(
      @Doc("the solver inside") @Default("short") Chosen<Solver> inner,
      @Doc("whether to make a choice that no configuration made") @Default("false")
          boolean foreign,
      @Doc("when to stop") @Range(min = 0) @Default("1e-3") double tolerance) {}

  static final class Wrap implements Solver {
    private final Solver inner;

    @Inject
    Wrap(Config config, Parts parts) {
      this.inner = parts.make(config.foreign() ? () -> "own" : config.inner());
    }

    @Override
    public Solution solve(Problem problem, Array guess, Deadline deadline) {
      return inner.solve(problem, guess, deadline);
    }

    @Override
    public Optional<String> refusal(ProblemSpec spec) {
      return inner.refusal(spec);
    }
  }

  @Override
  public String name() {
    return "wrap";
  }

  @Override
  public String summary() {
    return "asks another solver";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Solver> implementation() {
    return Wrap.class;
  }
}
