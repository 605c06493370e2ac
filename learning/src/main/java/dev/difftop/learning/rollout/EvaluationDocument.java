package dev.difftop.learning.rollout;

import java.util.LinkedHashMap;
import java.util.Map;

/** An evaluation as a plain document, for JSON and for people. */
public final class EvaluationDocument {
  private EvaluationDocument() {}

  /** Task, returns, success, times. */
  public static Map<String, Object> of(Evaluation evaluation) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("task", evaluation.task());
    out.put("action_repeat", evaluation.actionRepeat());
    out.put("episodes", evaluation.episodes().size());
    out.put("returns", evaluation.returns());
    out.put("mean", evaluation.mean());
    out.put("std", evaluation.std());
    out.put("best_reward", evaluation.bestReward());
    out.put("last_reward", evaluation.lastReward());
    out.put("success_any", evaluation.successAny().orElse(null));
    out.put("success_last", evaluation.successLast().orElse(null));
    evaluation
        .outcomeEntropy()
        .ifPresent(
            entropy -> {
              out.put("outcomes", evaluation.outcomes());
              out.put("outcome_entropy", entropy);
            });
    out.put("failed_episodes", evaluation.failed());
    Map<String, Object> time = new LinkedHashMap<>();
    time.put("median", evaluation.actionMillis(0.5));
    time.put("p95", evaluation.actionMillis(0.95));
    out.put("action_ms", time);
    evaluation.statistics().forEach(out::put);
    return out;
  }
}
