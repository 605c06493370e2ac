package dev.difftop.app.experiments.report;

import dev.difftop.app.experiments.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Folders as train and sweep write them. */
final class Fixture {
  /** The smallest GIF there is. */
  private static final String GIF = "R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=";

  private Fixture() {}

  /** A finished run whose return grows to {@code score}. */
  static void run(Path folder, String config, double score, int evaluations) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.yaml"), config);
    Files.writeString(
        folder.resolve("manifest.json"),
        "{\"config_sha256\": \"abc\", \"versions\": {\"difftop\": \"1\"}, \"plugins\": [{\"service\":"
            + " \"solver\", \"name\": \"ilqr\", \"version\": \"1.0\", \"sha256\":"
            + " \"0123456789abcdef\"}], \"compute\": {\"wall_seconds\": {\"updating\": 4.0},"
            + " \"processor_seconds\": {\"updating\": %s, \"evaluating\": 1.0}}}"
                .formatted(5 + score / 100));
    Files.writeString(
        folder.resolve("evaluation.json"),
        Json.line(
            Map.of("mean", score, "success_any", 0.5, "returns", List.of(score - 1, score + 1))));
    StringBuilder rows =
        new StringBuilder(
            "position,environment_steps,gradient_steps,episodes,return_mean,return_std,success_any,"
                + "success_last,failed,returns,action_ms_median,action_ms_p95,seconds\n");
    StringBuilder metrics = new StringBuilder("position,loss,seconds\n");
    for (int i = 1; i <= evaluations; i++) {
      double mean = score * (1 - Math.exp(-3.0 * i / evaluations));
      rows.append("%d,0,%d,2,%s,0,,,0,%s %s,1,2,3\n".formatted(100 * i, 100 * i, mean, mean, mean));
      metrics.append("%d,%s,%d\n".formatted(100 * i, 5.0 / i, i));
    }
    Files.writeString(folder.resolve("evaluations.csv"), rows);
    Files.writeString(folder.resolve("metrics.csv"), metrics);
    Files.write(folder.resolve("rollout.gif"), Base64.getDecoder().decode(GIF));
  }

  /** A sweep of {@code solvers} with {@code seeds} each; the last run failed. */
  static void sweep(Path folder, List<String> solvers, int seeds) throws IOException {
    Files.createDirectories(folder);
    StringBuilder ledger =
        new StringBuilder("{\"event\":\"sweep\",\"file\":\"sweep.yaml\",\"pair-by\":\"seed\"}\n");
    Random random = new Random(3);
    for (int s = 0; s < solvers.size(); s++) {
      for (int seed = 1; seed <= seeds; seed++) {
        String name = solvers.get(s).replaceAll("\\W", "") + "-seed" + seed;
        ledger.append(
            Json.line(
                    Map.of(
                        "event",
                        "planned",
                        "hash",
                        name + "-hash",
                        "name",
                        name,
                        "case",
                        "solver.plugin=" + solvers.get(s),
                        "changes",
                        Map.of("solver.plugin", solvers.get(s)),
                        "seed",
                        seed))
                + "\n");
        boolean failed = s == solvers.size() - 1 && seed == seeds;
        ledger.append(
            Json.line(
                    failed
                        ? Map.of(
                            "event",
                            "ended",
                            "hash",
                            name + "-hash",
                            "status",
                            "failed",
                            "reason",
                            "exit status 4: the loss is <NaN> & more")
                        : Map.of("event", "ended", "hash", name + "-hash", "status", "finished"))
                + "\n");
        if (!failed) {
          double score = 200 + 150 * s + 20 * seed + 10 * random.nextGaussian();
          run(folder.resolve("runs").resolve(name), "run: {seed: %d}\n".formatted(seed), score, 12);
        }
      }
    }
    Files.writeString(folder.resolve("ledger.jsonl"), ledger);
  }
}
