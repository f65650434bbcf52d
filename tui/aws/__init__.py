"""The only door to AWS: aiobotocore and boto3 are imported here and nowhere else."""
