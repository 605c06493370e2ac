package dev.difftop.env.mujoco;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Settings of {@link MujocoCost}. */
public record MujocoCostConfig(
    @Doc("the task whose model it is, such as cartpole-swingup; see env list") String task,
    @Doc("MJCF file in place of the task's own model") Optional<Path> model,
    @Doc("a task of one's own for the model, as in the environment")
        Optional<CustomTaskConfig> custom,
    @Doc("weighted squares that are summed") List<Term> terms,
    @Doc("r, penalty of r/2 |u|² on actions") @Range(min = 0) @Default("0.01") double action,
    @Doc("how many times a stage's state costs count at the end; 0 leaves the end free")
        @Range(min = 0)
        @Default("1")
        double terminal,
    @Doc("step h of the central differences of features that are not numbers of the state")
        @Range(min = 0, max = 0.1, open = true)
        @Default("1e-6")
        double differenceStep,
    @Doc("threads that share the rows of a call") @Range(min = 1, max = 256) @Default("1")
        int threads) {

  /** {@code weight/2 (feature - target)²}. */
  public record Term(
      @Doc("a feature of position and velocity, such as cos:hinge, z:torso, sensor:velocity")
          String of,
      @Doc("what it should be") @Default("0") double target,
      @Doc("weight of half its squared distance") @Range(min = 0) @Default("1") double weight) {}
}
