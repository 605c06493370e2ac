package dev.difftop.models;

import dev.difftop.api.array.Initializer;

/** How the weights of a network start; biases start at zero. */
public enum Weights {
  /** Orthonormal rows or columns. */
  ORTHOGONAL {
    @Override
    Initializer initializer(double gain) {
      return new Initializer.Orthogonal(gain);
    }
  },
  /** Uniform with variance 2 / inputs (He et al. 2015), meant for ReLU and its kin. */
  KAIMING {
    @Override
    Initializer initializer(double gain) {
      return new Initializer.Kaiming(gain * Math.sqrt(2));
    }
  },
  /** Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010), meant for tanh. */
  XAVIER {
    @Override
    Initializer initializer(double gain) {
      return new Initializer.Xavier(gain);
    }
  },
  /** Uniform in ±1 / sqrt(inputs). */
  UNIFORM {
    @Override
    Initializer initializer(double gain) {
      return new Initializer.Kaiming(gain / Math.sqrt(3));
    }
  },
  /** All zero: for networks that are to begin as constants. Without hidden layers it can learn. */
  ZERO {
    @Override
    Initializer initializer(double gain) {
      return new Initializer.Constant(0);
    }
  };

  /** The initializer of one layer, times a factor. */
  abstract Initializer initializer(double gain);
}
