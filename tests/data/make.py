"""Makes the files of this folder: numpy, scipy and pandas decide what they look like."""
import os

import numpy as np
import pandas as pd
import scipy.sparse as sp

os.chdir(os.path.dirname(os.path.abspath(__file__)))
X = np.arange(12, dtype="f8").reshape(4, 3) / 7
X[1, 2] = np.nan

for name in ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]:
    A = X if name[0] == "f" else np.arange(12).reshape(4, 3)
    np.save(f"{name}.npy", A.astype("<" + name))
np.save("big_endian.npy", X.astype(">f8"))
np.save("big_endian_f4.npy", X.astype(">f4"))
np.save("fortran.npy", np.asfortranarray(X))
np.save("bool.npy", np.array([[True, False], [False, True]]))
np.save("text.npy", np.array([["a", "bé"], ["", "日本"]]))
np.save("text_big_endian.npy", np.array([["a", "bé"]]).astype(">U2"))
np.save("text_fortran.npy", np.asfortranarray(np.array([["a", "b"], ["c", "d"], ["e", "f"]])))
np.save("documents.npy", np.array(["one two", "three"]))
np.save("one_dimension.npy", np.arange(3.0))
np.save("three_dimensions.npy", np.zeros((1, 1, 1)))
np.save("four_dimensions.npy", np.zeros((1, 1, 1, 1)))
np.save("five_dimensions.npy", np.zeros((1, 1, 1, 1, 1)))
np.save("images.npy", np.arange(24.0).reshape(2, 3, 2, 2))
np.save("images_fortran.npy", np.asfortranarray(np.arange(24.0).reshape(2, 3, 2, 2)))
np.save("three_fortran.npy", np.asfortranarray(np.arange(12.0).reshape(2, 3, 2)))
np.save("no_columns.npy", np.zeros((3, 0)))
np.save("no_rows.npy", np.zeros((0, 3)))
np.save("object.npy", np.array([["a", None]], dtype=object), allow_pickle=True)
np.save("structured.npy", np.zeros(2, dtype=[("a", "f8"), ("b", "i4")]))
np.save("half.npy", X.astype("f2"))
np.save("complex.npy", X.astype("c16"))
np.save("bytes.npy", np.array([[b"a"]]))
for version in [(2, 0), (3, 0)]:
    with open(f"version_{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, X, version=version)

S = sp.csr_matrix(np.array([[0, 1.5, 0, 2], [0, 0, 0, 0], [3, 0, -4.25, 0]]))
sp.save_npz("csr.npz", S)
sp.save_npz("csc.npz", S.tocsc())
sp.save_npz("csr_f4.npz", S.astype("f4"))
sp.save_npz("csr_stored.npz", sp.csr_array(S), compressed=False)
sp.save_npz("coo.npz", S.tocoo())
np.savez("dense.npz", X)
np.savez("list.npz", np.arange(3.0), np.arange(8.0).reshape(4, 2))
np.savez("list_named.npz", a=X)
np.savez("list_gap.npz", arr_0=X, arr_2=X)


def broken(name, **change):
    parts = dict(format=b"csr", shape=S.shape, data=S.data, indices=S.indices, indptr=S.indptr)
    parts.update(change)
    np.savez(name, **{k: v for k, v in parts.items() if v is not None})


broken("bad_index_high.npz", indices=np.array([1, 4, 0, 2], "i4"))
broken("bad_index_low.npz", indices=np.array([1, -1, 0, 2], "i4"))
broken("bad_duplicate.npz", indices=np.array([1, 1, 0, 2], "i4"))
broken("bad_indptr_decreases.npz", indptr=np.array([0, 3, 2, 4], "i4"))
broken("bad_indptr_short.npz", indptr=np.array([0, 2, 4], "i4"))
broken("bad_indptr_first.npz", indptr=np.array([1, 2, 2, 4], "i4"))
broken("bad_indptr_last.npz", indptr=np.array([0, 2, 2, 5], "i4"))
broken("bad_indices_length.npz", indices=np.array([1, 3, 0], "i4"))
broken("bad_indices_float.npz", indices=np.array([1.0, 3, 0, 2]))
broken("bad_shape.npz", shape=(3,))
broken("bad_shape_negative.npz", shape=(-3, 4))
broken("bad_shape_huge.npz", shape=(2**62, 4))
broken("bad_csc_shape_huge.npz", format=b"csc", shape=(2**62, 3))
broken("bad_no_indptr.npz", indptr=None)
broken("bad_data_text.npz", data=np.array(["a", "b", "c", "d"]))

frame = pd.DataFrame(
    {
        "age": [31, 45, 27],
        "pay": [1234.5, np.nan, 1e-300],
        "city": ["Paris", 'a "b", c', None],
        "member": [True, False, True],
        "note": ["é", "two\nlines", "x"],
    }
)
frame.to_csv("frame.csv", index=False)
frame.to_csv("frame_crlf.csv", index=False, lineterminator="\r\n", encoding="utf-8-sig")
frame.to_json("frame.jsonl", orient="records", lines=True, force_ascii=False, double_precision=15)
