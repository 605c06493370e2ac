package dev.difftop.env.mujoco.physics;

import dev.difftop.api.DataException;

/** A model file has an error, or lacks a part that was asked for. */
public final class ModelException extends DataException {
  private static final long serialVersionUID = 1L;

  /**
   * A fault of a model.
   *
   * @param origin the file
   * @param message what MuJoCo said, or what was found and expected
   */
  public ModelException(String origin, String message) {
    super("BAD_MODEL", origin, message, null);
  }
}
