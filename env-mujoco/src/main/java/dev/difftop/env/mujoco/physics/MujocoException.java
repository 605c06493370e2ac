package dev.difftop.env.mujoco.physics;

/** MuJoCo reported an error; the message is MuJoCo's, with what it was about. */
public final class MujocoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public MujocoException(String message) {
    super(message);
  }

  /** An error that came out of native code. */
  public MujocoException(String message, Throwable cause) {
    super(message, cause);
  }
}
