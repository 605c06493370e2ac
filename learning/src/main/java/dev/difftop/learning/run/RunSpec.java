package dev.difftop.learning.run;

import dev.difftop.api.Chosen;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Formerly;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.environment.Environment;
import dev.difftop.api.program.Engine;
import dev.difftop.learning.Learner;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A run: what is learned, from what, by which algorithm, and how it is measured. */
@Formerly({
  "encoder -> policy.encoder",
  "dynamics -> policy.dynamics",
  "cost -> policy.cost",
  "solver -> policy.solver",
  "horizon -> policy.horizon",
  "discount -> policy.discount",
  "action-price -> policy.control-penalty",
  "control-penalty -> policy.control-penalty",
  "adjoint -> policy.adjoint",
  "adjoint-options -> policy.adjoint-options",
  "bad-samples -> policy.bad-samples",
  "acting -> policy.acting",
  "learning.steps -> run.budget",
  "learning.log-every -> run.log-every",
  "learning -> learner",
  "baseline -> compare-with",
  "seed -> run.seed",
  "evaluation-episodes -> run.evaluation-episodes",
  "success -> run.success",
  "checkpoint-every -> run.checkpoint-every"
})
public record RunSpec(
    @Doc("where the policy acts and is evaluated") Optional<Chosen<Environment>> environment,
    @Doc("the demonstrations, where the learner learns from some")
        Optional<Chosen<Dataset>> dataset,
    @Doc("names of the observations that the policy reads; none means all of the environment")
        @Default("[]")
        List<String> observations,
    @Doc("what compiles and runs programs") @Default("nd4j") Chosen<Engine> engine,
    @Doc("the policy as a trajectory-optimisation problem") @Default("{}") PolicyConfig policy,
    @Doc("the algorithm") Chosen<Learner> learner,
    @Doc("budget, records, evaluation") @Default("{}") RunSettings run,
    @Doc("further configurations that are trained and shown beside this one") @Default("[]")
        List<Path> compareWith) {}
