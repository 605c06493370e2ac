"""Writes the small files of this folder with h5py, and what a correct reader finds in them.

Independent of the Java code: run `python3 make.py` in this folder to make everything anew.
"""
import hashlib
import json
import math

import h5py
import numpy as np

rng = np.random.default_rng(3)
ENV = json.dumps({"env_name": "Toy", "type": 2, "env_kwargs": {}})


def nbit(group, name, data, precision, offset, base):
    kind = base.copy()
    kind.set_precision(precision)
    kind.set_offset(offset)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((4, 3))
    plist.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(group.id, name.encode(), kind, space, plist)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)


def compact(group, name, data):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple(data.shape)
    dataset = h5py.h5d.create(group.id, name.encode(), h5py.h5t.NATIVE_DOUBLE, space, plist)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, data)


def episode(group, T, **storage):
    group.attrs["num_samples"] = T
    group.create_dataset("actions", data=rng.uniform(-1, 1, (T, 2)), **storage)
    group.create_dataset("rewards", data=rng.normal(size=T))
    group.create_dataset("dones", data=(np.arange(T) == T - 1).astype("i4"))
    return group.create_group("obs")


def numbers():
    """Every number format and every filter."""
    with h5py.File("numbers.hdf5", "w") as f:
        f.create_group("data").attrs["env_args"] = ENV
        for i, T in enumerate((6, 5)):
            obs = episode(f.create_group(f"data/demo_{i}"), T)
            whole = rng.integers(-1000, 1000, (T, 3))
            wide = rng.normal(size=(T, 3))
            part = dict(chunks=(4, 3))
            obs.create_dataset("scaled_i8", data=whole, scaleoffset=0, **part)
            obs.create_dataset("scaled_i2be", data=whole.astype(">i2"), scaleoffset=0, **part)
            obs.create_dataset("scaled_f4", data=wide.astype("f4"), scaleoffset=3, **part)
            obs.create_dataset("scaled_f8", data=wide, scaleoffset=6, **part)
            obs.create_dataset("scaled_gzip", data=abs(whole).astype("u2"), scaleoffset=0,
                               compression="gzip", **part)
            obs.create_dataset("scaled_same", data=np.full((T, 3), 7), scaleoffset=0, **part)
            holes = obs.create_dataset("scaled_holes", shape=(T, 3), dtype="i4", scaleoffset=0,
                                       fillvalue=-77, **part)
            holes[1:3] = whole[1:3]
            nbit(obs, "bits12", whole.astype("i4"), 12, 0, h5py.h5t.STD_I32LE)
            nbit(obs, "bits10", abs(whole).astype("u4"), 10, 5, h5py.h5t.STD_U16BE)
            compact(obs, "compact", wide)
            obs.create_dataset("never", shape=(T, 2), dtype="f4")
            obs.create_dataset("filled", shape=(T, 2), dtype="f4", fillvalue=3.5, chunks=(4, 2))
            for code in ("f2", ">f4", ">f8", "longdouble"):
                obs.create_dataset("real_" + code.strip(">"), data=wide.astype(code))
            for code in ("i1", "u2", ">i4", "u8"):
                obs.create_dataset("int_" + code.strip(">"), data=(whole % 100).astype(code))
            obs.create_dataset("large", data=np.full((T, 1), 2**64 - 2**11 - 1, dtype="u8"))
            obs.create_dataset("flag", data=whole > 0)
            obs.create_dataset("checked", data=wide, chunks=(2, 2), shuffle=True,
                               compression="gzip", fletcher32=True)
            obs.create_dataset("cube", data=rng.normal(size=(T, 2, 3, 2)), chunks=(3, 1, 2, 2),
                               compression="gzip", shuffle=True)


def latest():
    """The newest layout: checksummed headers, links, names out of order, filters of names."""
    with h5py.File("latest.hdf5", "w", libver="latest", track_order=True) as f:
        data = f.create_group("data")
        data.attrs["env_args"] = np.bytes_(ENV)
        data.attrs["total"] = np.float32(9)
        for k, T in ((10, 3), (2, 4), (0, 2)):
            group = data.create_group(f"demo_{k}")
            obs = episode(group, T, chunks=(2, 2), maxshape=(None, None))
            group.attrs["num_samples"] = np.array([T], dtype=">i2")
            obs["state"] = rng.normal(size=(T, 3)).astype("f4")
            obs["again"] = h5py.SoftLink("state")
            obs["hard"] = obs["state"]
        f["mask/train"] = np.array([b"demo_10", b"demo_2"])
        f.create_dataset("mask/valid", data=["demo_0"], dtype=h5py.string_dtype())


def d4rl():
    N = 12
    with h5py.File("d4rl.hdf5", "w") as f:
        for name, data in (
            ("observations", rng.normal(size=(N, 3)).astype("f4")),
            ("actions", rng.normal(size=(N, 2)).astype("f4")),
            ("rewards", rng.normal(size=(N, 1)).astype("f4")),
            ("terminals", np.arange(N) % 7 == 6),
            ("timeouts", np.arange(N) % 5 == 4),
            ("infos/qpos", rng.normal(size=(N, 2)).astype("f4")),
        ):
            f.create_dataset(name, data=data, compression="gzip")
        f["metadata/algorithm"] = np.bytes_("SAC")
        f["metadata/iteration"] = np.int32(3)


def minari():
    with h5py.File("minari.hdf5", "w", track_order=True) as f:
        for i, T in ((10, 2), (0, 3)):
            g = f.create_group(f"episode_{i}")
            g.attrs["id"], g.attrs["total_steps"] = i, T
            g.attrs["seed"] = "None" if i == 0 else i
            g.attrs["rewards_mean"] = 0.25
            for name, data in (
                ("observations/achieved_goal", rng.normal(size=(T + 1, 2))),
                ("observations/nest/_index_0", rng.integers(0, 4, (T + 1,))),
                ("actions/_index_0", rng.integers(0, 3, (T,))),
                ("actions/_index_1", rng.normal(size=(T, 2)).astype("f4")),
                ("rewards", rng.normal(size=T)),
                ("terminations", np.arange(T) == T - 1),
                ("truncations", np.zeros(T, bool)),
                ("infos/qpos", rng.normal(size=(T + 1, 2))),
            ):
                g.create_dataset(name, data=data, chunks=(4,) + data.shape[1:],
                                 maxshape=(None,) + data.shape[1:])
            g.create_dataset("observations/mission", data=["go"] * (T + 1),
                             dtype=h5py.string_dtype())
        f.attrs["total_episodes"], f.attrs["total_steps"] = 2, 5
        f.attrs["dataset_id"] = "toy/dict-v0"
        f.attrs["env_spec"] = '{"id": "Toy-v1"}'


def maniskill():
    episodes = []
    with h5py.File("maniskill.h5", "w", track_order=True) as f:
        for i, T in enumerate((4, 3)):
            g = f.create_group(f"traj_{i}", track_order=True)
            episodes.append(dict(episode_id=i, elapsed_steps=T, control_mode="pd"))
            g["actions"] = rng.normal(size=(T, 3)).astype("f4")
            g["obs/agent/qpos"] = rng.normal(size=(T + 1, 4)).astype("f4")
            for name, code, depth in (("rgb", "u1", 3), ("depth", "i2", 1)):
                g.create_dataset("obs/sensor_data/cam/" + name, compression="gzip",
                                 data=rng.integers(0, 255, (T + 1, 6, 5, depth)).astype(code))
            g["env_states/actors/cube"] = rng.normal(size=(T + 1, 13)).astype("f4")
            g["success"] = np.arange(T) == T - 1
            for name in ("terminated", "truncated"):
                g[name] = np.zeros(T, bool)
    with open("maniskill.json", "w") as out:
        json.dump(dict(env_info=dict(env_id="Toy-v1", env_kwargs={}), episodes=episodes), out)


def checksums(data):
    with np.errstate(all="ignore"):
        floats = np.ascontiguousarray(np.asarray(data).astype("<f4"))
    bits = floats.view("<u4").copy()
    bits[np.isnan(floats)] = 0x7FC00000
    finite = floats[np.isfinite(floats)].ravel().tolist()
    found = dict(shape=list(data.shape), sum=math.fsum(finite),
                 sha256_f32le=hashlib.sha256(bits.tobytes()).hexdigest())
    if data.dtype.kind == "b" or (data.dtype.kind in "iu" and data.dtype.str[1:] in ("u1", "i2", "u2")):
        stored = np.ascontiguousarray(data).astype(data.dtype.newbyteorder("<"))
        found["sha256_raw"] = hashlib.sha256(stored.tobytes()).hexdigest()
    return found


def arrays(group, prefix=""):
    found = {}
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            found.update(arrays(item, prefix + name + "/"))
        elif item.dtype.kind in "fiub":
            found[prefix + name] = checksums(item[()])
    return found


def manifest():
    found = {}
    with h5py.File("d4rl.hdf5") as f:
        found["d4rl.hdf5"] = dict(demo_order=["episode_%d" % i for i in range(4)], datasets=arrays(f))
    for name, root, order in (
        ("numbers.hdf5", "data", ["demo_0", "demo_1"]),
        ("latest.hdf5", "data", ["demo_0", "demo_2", "demo_10"]),
        ("minari.hdf5", "/", ["episode_0", "episode_10"]),
        ("maniskill.h5", "/", ["traj_0", "traj_1"]),
    ):
        with h5py.File(name) as f:
            demos = {demo: dict(datasets=arrays(f[root][demo])) for demo in order}
            found[name] = dict(demo_order=order, demos=demos)
    with open("found.json", "w") as out:
        json.dump(found, out, indent=1)


for make in (numbers, latest, d4rl, minari, maniskill, manifest):
    make()
