"""Small data sets with their source, licence and codebook.

Add one by putting a CSV file into ``files`` and an entry into `registry`.
"""

from medwidget.datasets.load import dataset_info, list_datasets, load_dataset

__all__ = ["dataset_info", "list_datasets", "load_dataset"]
