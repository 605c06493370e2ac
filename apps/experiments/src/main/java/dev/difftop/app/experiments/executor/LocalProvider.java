package dev.difftop.app.experiments.executor;

import java.util.List;

/** Offers {@link LocalExecutor} under the name {@code local}. */
public final class LocalProvider implements ExecutorProvider {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public String summary() {
    return "processes on this machine, pinned to cores";
  }

  @Override
  public RunExecutor open(Request request) {
    request.requireOnly(name(), List.of());
    List<Integer> cores = Cores.allowed();
    int jobs =
        request.jobs() > 0 ? request.jobs() : Math.max(1, cores.size() / request.threadsPerRun());
    boolean pins = Cores.canPin() && jobs * request.threadsPerRun() <= cores.size();
    if (!pins) {
      request
          .notes()
          .accept(
              "runs are not pinned to cores: %d runs of %d threads on %d cores%s"
                  .formatted(
                      jobs,
                      request.threadsPerRun(),
                      cores.size(),
                      Cores.canPin() ? "" : ", and taskset was not found"));
    }
    return new LocalExecutor(jobs, request.threadsPerRun(), pins ? cores : List.of());
  }
}
