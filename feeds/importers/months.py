"""Names of months in the languages of feeds, full and short, as they stand in dates; none that is another month elsewhere."""

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar janner januari janvier janv enero ene gennaio gen janeiro ιαν ιανουαριου янв января "
            "ianuarie ledna januara tammikuu tammikuuta ocak oca stycznia sty січня січ",
            "february feb februar februari fevrier fevr fev febrero febbraio fevereiro φεβ φεβρουαριου февр фев февраля "
            "februarie unora helmikuu helmikuuta subat sub lutego luty лютого лют",
            "march mar marz maerz mrz maart mrt mars marzo marco μαρ μαω μαρτιου marcius мар марта martie brezna maaliskuu "
            "maaliskuuta marca березня бер",
            "april apr avril avr abril abr aprile απρ απριλιου aprilis апр апреля aprilie dubna huhtikuu huhtikuuta nisan "
            "kwietnia kwi квітня квіт",
            "may mai mei mayo maggio mag maio μαι μαιου majus maj мая kvetna toukokuu toukokuuta mayıs травня трав",
            "june jun juni juin junio giugno giu junho ιουν ιον ιουνιου junius июн июня iunie cervna kesakuu kesakuuta "
            "haziran haz czerwca cze червня черв",
            "july jul juli juillet juil julio luglio lug julho ιουλ ιολ ιουλιου julius июл июля iulie cervence heinakuu "
            "heinakuuta temmuz tem lipca липня",
            "august aug augustus aout agosto ago αυγ αυγουστου augusztus augusti авг августа srpna elokuu elokuuta agustos "
            "agu sierpnia sie серпня серп agustus",
            "september sep sept septembre septiembre settembre set setembro σεπ σεπτεμβριου szeptember сент сен сентября "
            "septembrie zari syyskuu syyskuuta eylul eyl wrzesnia wrz вересня вер",
            "october oct oktober okt octobre octubre ottobre ott outubro out οκτ οκτωβριου окт октября octombrie rijna "
            "lokakuu lokakuuta ekim eki pazdziernika paz жовтня жовт",
            "november nov novembre noviembre novembro νοε νοεμβριου нояб ноя ноября noiembrie listopadu marraskuu "
            "marraskuuta kasım kas листопада лист",
            "december dec dezember dez decembre diciembre dic dicembre dezembro δεκ δεκεμβριου дек декабря decembrie "
            "prosince joulukuu joulukuuta aralık ara grudnia gru грудня груд desember des",
        ),
        1,
    )
    for name in names.split()
}
"""Without accents."""
