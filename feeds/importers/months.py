"""Names of months in the languages of feeds, full and short, as they stand in dates; none that is another month elsewhere."""

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar janner januari janvier janv enero ene gennaio gen janeiro ιαν ιανουαριου янв января "
            "ianuarie ledna januara tammikuu tammikuuta ocak oca stycznia sty січня січ січень январь styczen leden "
            "януари јануар ינואר בינואר يناير gener",
            "february feb februar februari fevrier fevr fev febrero febbraio fevereiro φεβ φεβρουαριου февр фев "
            "февраля februarie unora helmikuu helmikuuta subat sub lutego luty лютого лют лютии февраль unor februara "
            "februarja февруари фебруар febrer פברואר בפברואר فبراير",
            "march mar marz maerz mrz maart mrt mars marzo marco μαρ μαω μαρτιου marcius мар марта martie brezna "
            "maaliskuu maaliskuuta marca березня бер березень март marzec brezen marec maret machi marc מרץ במרץ مارس",
            "april apr avril avr abril abr aprile απρ απριλιου aprilis апр апреля aprilie dubna huhtikuu huhtikuuta "
            "nisan kwietnia kwi квітня квіт квітень апрель kwiecien duben aprila април aprili אפריל באפריל ابريل",
            "may mai mei mayo maggio mag maio μαι μαιου majus maj мая kvetna toukokuu toukokuuta mayıs травня трав "
            "травень маи мај maja kveten maig מאי במאי مايو",
            "june jun juni juin junio giugno giu junho ιουν ιον ιουνιου junius июн июня iunie cervna kesakuu kesakuuta "
            "haziran haz czerwca cze червня черв червень июнь czerwiec cerven juna junij юни јун juny יוני ביוני يونيو",
            "july jul juli juillet juil julio luglio lug julho ιουλ ιολ ιουλιου julius июл июля iulie cervence "
            "heinakuu heinakuuta temmuz tem lipca липня липень июль lipiec cervenec jula julij юли јул juliol julai "
            "יולי ביולי يوليو",
            "august aug augustus aout agosto ago αυγ αυγουστου augusztus augusti авг августа srpna elokuu elokuuta "
            "agustos agu sierpnia sie серпня серп agustus серпень август sierpien srpen augusta avgust agost agosti "
            "אוגוסט באוגוסט اغسطس",
            "september sep sept septembre septiembre settembre set setembro σεπ σεπτεμβριου szeptember сент сен "
            "сентября septembrie zari syyskuu syyskuuta eylul eyl wrzesnia wrz вересня вер вересень сентябрь wrzesien "
            "septembra septembar септември септембар setembre septemba ספטמבר בספטמבר سبتمبر",
            "october oct oktober okt octobre octubre ottobre ott outubro out οκτ οκτωβριου окт октября octombrie rijna "
            "lokakuu lokakuuta ekim eki pazdziernika paz жовтня жовт жовтень октябрь pazdziernik rijen oktobra oktobar "
            "октомври октобар oktoba אוקטובר באוקטובר اكتوبر",
            "november nov novembre noviembre novembro νοε νοεμβριου нояб ноя ноября noiembrie listopadu marraskuu "
            "marraskuuta kasım kas листопада лист листопад ноябрь novembra novembar ноември новембар novemba "
            "נובמבר בנובמבר نوفمبر",
            "december dec dezember dez decembre diciembre dic dicembre dezembro δεκ δεκεμβριου дек декабря decembrie "
            "prosince joulukuu joulukuuta aralık ara grudnia gru грудня груд desember des грудень декабрь grudzien "
            "prosinec decembra decembar декември децембар desembre desemba דצמבר בדצמבר ديسمبر",
        ),
        1,
    )
    for name in names.split()
}
"""Without accents."""
