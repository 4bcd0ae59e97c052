"""Print the article's accuracy and F1 beside the ceiling of F1 at that accuracy, and beside the constant predictors.

Usage: python benchmarks/transfer/article_ceiling.py
"""

from bulk2cell.grid.article import describe_ceilings, find_ceiling, read_article, score_article_constants


def main() -> None:
    """Print one table and one sentence."""
    print("| row | accuracy | F1 | ceiling of F1 |\n|---|---|---|---|")
    for row in [*read_article()["strategies"].values(), *read_article()["resources"].values()]:
        print(
            f"| {row['name']} | {row['accuracy']:.3f} | {row['f1']:.3f} | {find_ceiling(row['accuracy']):.3f} |"
        )
    for method, means in score_article_constants().groupby("method")[["accuracy", "f1"]].mean().iterrows():
        print(
            f"| {method}, by the article's numbers of cells | {means['accuracy']:.3f} | {means['f1']:.3f} | |"
        )
    print(f"\n{describe_ceilings()}")


if __name__ == "__main__":
    main()
