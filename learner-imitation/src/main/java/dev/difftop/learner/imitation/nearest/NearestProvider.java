package dev.difftop.learner.imitation.nearest;

import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.learner.imitation.base.Execution;
import dev.difftop.learner.imitation.base.WindowPolicy;
import dev.difftop.learning.Learner;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.LearnerProvider;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.WindowSpan;
import dev.difftop.learning.model.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;

/** Offers {@link NearestLearner} under the name {@code nearest}. */
public final class NearestProvider implements LearnerProvider<NearestConfig> {
  @Override
  public String name() {
    return "nearest";
  }

  @Override
  public String summary() {
    return "the demonstrated actions of the nearest observations: a check of data and observations";
  }

  @Override
  public Class<NearestConfig> configType() {
    return NearestConfig.class;
  }

  @Override
  public Class<? extends Learner> implementation() {
    return NearestLearner.class;
  }

  @Override
  public Policy load(NearestConfig config, LearnerContext context, PolicyState saved) {
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    for (String name : new String[] {Memory.OBSERVATIONS, Memory.ACTIONS}) {
      Array array = saved.array(name);
      declared.put(name, new ProblemSpec.Parameter(array.shape(), new Initializer.Constant(0)));
    }
    Parameters windows =
        new Parameters(context.engine(), DType.FLOAT32, declared, RandomStream.root(0));
    windows.load(saved);
    int rows = Integer.parseInt(saved.attributes().get("remembered"));
    Memory memory = new Memory(config, saved.signature().shapes(), windows);
    WindowSpan span = WindowSpan.of(config.history(), config.chunk());
    return new WindowPolicy(
        saved.signature(),
        saved.normalizers(),
        Execution.of(span, config.execute()),
        () -> memory.planner(context.engine(), rows),
        new PolicyState(saved.signature(), windows.arrays(), saved.attributes()));
  }
}
