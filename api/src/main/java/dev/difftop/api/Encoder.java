package dev.difftop.api;

import dev.difftop.api.program.Tensor;
import java.util.Map;
import java.util.function.Function;

/** How observations become the state that the solver plans in: {@code z_0 = h(o)}. */
public interface Encoder {
  /**
   * What an encoder may read while it is traced.
   *
   * @param observations by name, each (B, ...), normalised
   * @param parameters its own parameters by name
   */
  record Reading(Map<String, Tensor> observations, Function<String, Tensor> parameters) {
    /**
     * An observation, shape (B, ...).
     *
     * @throws IllegalArgumentException if it is not there
     */
    public Tensor observation(String name) {
      Tensor o = observations.get(name);
      if (o == null) {
        throw new IllegalArgumentException(
            "no observation " + name + "; there are " + observations.keySet());
      }
      return o;
    }

    /** A parameter that the encoder has declared. */
    public Tensor parameter(String name) {
      return parameters.apply(name);
    }
  }

  /** Declares parameters; called once, before any program is traced. */
  default void declare(Declarations declare) {}

  /** nz, length of the state it makes. */
  int stateSize();

  /** The state, shape (B, nz). */
  Tensor encode(Reading at);

  /** Context leaves that it makes beside the state, by name, each (B, ...). */
  default Map<String, Tensor> context(Reading at) {
    return Map.of();
  }
}
