package dev.difftop.app.reference.bench;

import java.util.ArrayList;
import java.util.List;

/** What {@code bench engine} measures. The names are those of PyTorch's side of the comparison. */
public final class EngineCases {
  private static final double LONG = 6;
  private static final double SHORT = 2;

  private EngineCases() {}

  /** All cases in order. */
  public static List<BenchCase> all() {
    List<BenchCase> cases = new ArrayList<>();
    for (int batch : new int[] {1, 32, 256}) {
      cases.add(
          new PlanCase(
              "plan value+gradient B=" + batch,
              LONG,
              PlanningNetwork::gradient,
              batch,
              PlanningNetwork::numbers));
      cases.add(
          new PlanCase(
              "plan HVP B=" + batch,
              LONG,
              PlanningNetwork::hessianVector,
              batch,
              PlanningNetwork::numbers));
    }
    for (int batch : new int[] {1, 32, 256, 512}) {
      cases.add(
          new PlanCase(
              "linear 512 forward B=" + batch,
              SHORT,
              LinearLayer::forward,
              batch,
              LinearLayer::numbers));
      cases.add(
          new PlanCase(
              "linear 512 forward+backward B=" + batch,
              SHORT,
              LinearLayer::forwardAndBackward,
              batch,
              LinearLayer::numbers));
    }
    cases.add(
        new PlanCase(
            "pixel encoder forward+backward B=256",
            LONG,
            PixelEncoder::forwardAndBackward,
            256,
            PixelEncoder::numbers));
    for (int batch : new int[] {256, 512}) {
      cases.add(new UpdateCase("model update batch=" + batch, batch, 512));
    }
    cases.add(new UpdateCase("model update cpu size batch=256", 256, 256));
    return cases;
  }
}
