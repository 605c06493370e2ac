package dev.difftop.app.cli.contract;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the test classes that it is given, each by itself, and prints a line for each. */
public final class ContractRun {
  private ContractRun() {}

  /** Exit status 1 if a test failed. */
  public static void main(String[] classes) {
    boolean[] good = {true};
    Launcher launcher = LauncherFactory.create();
    Arrays.stream(classes)
        .forEach(
            name -> {
              LauncherDiscoveryRequest request =
                  LauncherDiscoveryRequestBuilder.request().selectors(selectClass(name)).build();
              SummaryGeneratingListener listener = new SummaryGeneratingListener();
              launcher.execute(request, listener);
              TestExecutionSummary summary = listener.getSummary();
              System.out.println(
                  "%s: %d passed, %d failed"
                      .formatted(
                          name, summary.getTestsSucceededCount(), summary.getTotalFailureCount()));
              summary.printFailuresTo(new PrintWriter(System.out, true));
              good[0] &= summary.getTotalFailureCount() == 0;
            });
    System.exit(good[0] ? 0 : 1);
  }
}
