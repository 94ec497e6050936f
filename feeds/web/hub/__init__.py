"""The hub (WebSub, W3C Recommendation of 2018): what is asked of it, and by whom. What it sends is `feeds.delivery`'s."""
