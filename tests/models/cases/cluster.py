"""Centres of clusters."""
from sklearn.cluster import KMeans, MiniBatchKMeans

from data import NUMERIC, SPARSE
from rows import corners

corners("kmeans", lambda: KMeans(3, n_init=1, random_state=0), "two", NUMERIC + SPARSE)
corners("kmeans_batch", lambda: MiniBatchKMeans(3, n_init=1, random_state=0), "two", ("f32", "ints", "csr"))
